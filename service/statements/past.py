"""Earlier versions of a statement, as far as a reader may see them."""

from dataclasses import replace

from service.access import Principal
from service.audit.usecases import AuditView, Facts


def may_see(who: Principal, stood: Facts) -> bool:
    """Whether a statement that stood so was ``who``'s to read, whatever became of it since.

    A representative reads the past of its own cluster's statements from when its circle saw them.
    """
    if stood is None or who.cluster is None:
        return True
    return stood.get("visibility") in who.circle and stood.get("cluster") == who.cluster


def shown(who: Principal, step: AuditView) -> AuditView:
    """The step, without the versions that ``who`` may not see."""
    before, after = (stood if may_see(who, stood) else None for stood in (step.before, step.after))
    return replace(step, before=before, after=after)
