"""The forms for accounts and keys: their fields, and how a role is chosen."""

from collections.abc import Mapping, Sequence

from models.enums import AccountState, Role
from service.access import Action, scopes_of
from service.accounts.keys import DAYS, MOST_DAYS
from service.dashboard.access_contexts import AccountForm, KeyForm
from service.dashboard.directory import Directory
from service.dashboard.fields import Choice, Choices, Input, Select, plain_options
from service.dashboard.filters import names
from service.dashboard.forms import Wrong
from service.dashboard.rights import right_name
from service.messages import Catalogue

Values = Mapping[str, str]
REFUSED = {
    "account-name": "name",
    "account-name-taken": "name",
    "represents": "cluster",
    "cluster-unknown": "cluster",
    "gives-more": "role",
    "last-admin": "role",
    "account-disabled": "",
}
"""At which field of the form a refusal is shown."""


def account_form(directory: Directory, values: Values, wrong: Wrong, *, new: bool) -> AccountForm:
    """The name is chosen once; it is no field of an account that exists."""
    c = directory.catalogue
    fields = {
        name: Input(
            name,
            c.translate(f"accounts.{name}"),
            values.get(name, ""),
            c.translate(f"accounts.{name}_hint"),
            wrong.get(name),
        )
        for name in ("name", "display_name", "cluster")
    }
    return AccountForm(
        name=fields["name"] if new else None,
        display_name=fields["display_name"],
        role=role_field(c, values.get("role", ""), wrong.get("role")),
        cluster=fields["cluster"],
        names=names(directory),
        refusal=wrong.get(""),
    )


def role_field(c: Catalogue, value: str, error: str | None) -> Choices:
    choices = [
        Choice(role, c.translate(f"role.{role}"), c.translate(f"role.{role}_about"), role == value)
        for role in Role
    ]
    return Choices("role", c.translate("accounts.role"), "", choices, error)


def key_form(directory: Directory, values: Values, scopes: Sequence[str], wrong: Wrong) -> KeyForm:
    """Boxes for the scopes of each role; only those of the chosen one count."""
    c = directory.catalogue
    role = values.get("role", "")
    days = c.translate("keys.days_hint", most=MOST_DAYS)
    return KeyForm(
        label=Input(
            "label",
            c.translate("keys.label"),
            values.get("label", ""),
            c.translate("keys.label_hint"),
            wrong.get("label"),
        ),
        role=role_field(c, role, wrong.get("role")),
        cluster=Input(
            "cluster",
            c.translate("accounts.cluster"),
            values.get("cluster", ""),
            c.translate("accounts.cluster_hint"),
            wrong.get("cluster"),
        ),
        names=names(directory),
        days=Input(
            "days", c.translate("keys.days"), values.get("days", str(DAYS)), days, wrong.get("days")
        ),
        scopes=[scope_field(c, r, role, scopes, wrong.get("scopes")) for r in Role],
        refusal=wrong.get(""),
    )


def scope_field(
    c: Catalogue, role: Role, chosen: str, scopes: Sequence[str], error: str | None
) -> Choices:
    """Reading is proposed, everything else has to be ticked."""
    ticked = scopes if role == chosen else [Action.READ]
    choices = [
        Choice(scope, right_name(c, scope) or scope, scope, scope in ticked)
        for scope in scopes_of(role)
    ]
    label = c.translate("keys.scopes_of", role=c.translate(f"role.{role}"))
    hint = c.translate("keys.scopes_hint")
    return Choices(f"scopes_{role}", label, hint, choices, error if role == chosen else None)


def role_select(c: Catalogue, value: str) -> Select:
    options = [("", c.translate("filter.any"))]
    options += [(role.value, c.translate(f"role.{role}")) for role in Role]
    return choice(c, "role", c.translate("accounts.role"), value, options)


def state_select(c: Catalogue, value: str) -> Select:
    options = [("", c.translate("filter.any"))]
    options += [(state.value, c.translate(f"state.{state}")) for state in AccountState]
    return choice(c, "state", c.translate("accounts.state"), value, options)


def choice(
    c: Catalogue, name: str, label: str, value: str, options: Sequence[tuple[str, str]]
) -> Select:
    known = value in dict(options)
    error = None if known else c.translate("filter.choice_invalid", value=value[:80])
    return Select(name, label, value, [plain_options(options, value)], error)
