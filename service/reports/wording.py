"""What a report says in words: its subject, its summary, and where each quote comes from."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from models.enums import Basis
from service.messages import Catalogue, Language, catalogue
from service.reports.due import COUNTED_AT_MOST
from service.reports.views import Change, Pairing, Report
from service.suggestions.views import Cited, Reason


@dataclass(frozen=True, slots=True)
class Words:
    """The wording of one report in its language."""

    report: Report

    @property
    def texts(self) -> Catalogue:
        return catalogue(cast("Language", self.report.language))

    def say(self, key: str, /, **values: object) -> str:
        return self.texts.translate(key, **values)

    def subject(self) -> str:
        digest = self.report.digest
        values = {
            "name": self.report.name,
            "date": digest.run.as_of.isoformat(),
            "listed": len(digest.pairings),
            **self.counts(),
        }
        if digest.baseline is None:
            return self.say("report.subject_first", **values)
        return self.say("report.subject" if digest.has_news else "report.subject_same", **values)

    def counts(self) -> dict[str, int]:
        return {change.value: self.report.digest.count(change) for change in Change}

    def summary(self) -> list[str]:
        """Sentences that hold for exactly this digest."""
        report, digest = self.report, self.report.digest
        lines = [self._comparison()]
        if not digest.pairings:
            lines.append(self.say("report.empty"))
        if digest.more:
            lines.append(self.say("report.more", top=report.top))
        if report.missed_since:
            many = "_many" if report.missed >= COUNTED_AT_MOST else ""
            since = self.moment(report.missed_since)
            lines.append(self.say(f"report.missed{many}", count=report.missed, since=since))
        if digest.baseline:
            before, after = digest.baseline.scorer, digest.run.scorer
            if before != after:
                lines.append(self.say("report.scorer", before=before, after=after))
            lines.append(self.say("report.move", move=score(report.move)))
        return lines

    def _comparison(self) -> str:
        digest = self.report.digest
        if digest.baseline is None:
            return self.say("report.first", listed=len(digest.pairings))
        since = self.moment(digest.baseline.due_at)
        key = "report.compared" if digest.has_news else "report.same"
        return self.say(key, since=since, **self.counts())

    def conditions(self) -> list[str]:
        """What was asked, and of which data."""
        report, run = self.report, self.report.digest.run
        about = self.pick(report.about.zh, report.about.en) if report.about else ""
        lines = [self.say(f"report.scope_{report.scope}", name=about)]
        if report.topic:
            topic = self.pick(report.topic.zh, report.topic.en)
            lines.append(self.say("report.topic", topic=topic))
        lines += [
            self.say("report.min_score", score=score(report.min_score)),
            self.say("run.audience", audience=self.say(f"audience.{run.audience}")),
            self.say("run.as_of", date=self.texts.day(run.as_of.isoformat())),
            self.say("run.revision", revision=run.revision),
            self.say("run.scorer", scorer=run.scorer),
            self.say("run.weights", weights=self._weights()),
            self.say("report.due", time=self.moment(report.due_at), zone=report.time_zone),
        ]
        return lines

    def _weights(self) -> str:
        weights = self.report.digest.run.weights
        named = (f"{self.say(f'term.{term}')} {share:g}" for term, share in weights.items())
        return self.say("report.join").join(named)

    def moment(self, instant: datetime) -> str:
        local = instant.astimezone(ZoneInfo(self.report.time_zone))
        return f"{local:%Y-%m-%d %H:%M}"

    def pick(self, zh: str | None, en: str | None) -> str:
        return self.texts.pick(zh, en)

    def pair(self, pairing: Pairing) -> tuple[str, str]:
        """The names of both sides."""
        shown = pairing.suggestion
        return (
            self.pick(shown.for_name_zh, shown.for_name_en),
            self.pick(shown.name_zh, shown.name_en),
        )

    def note(self, pairing: Pairing) -> str:
        """What happened to the pair, beyond its kind of change; may be empty."""
        if pairing.change == Change.GONE:
            return self._departure(pairing)
        if pairing.previous_score is None:
            return ""
        parts = []
        if score(pairing.previous_score) != score(pairing.suggestion.score):
            parts.append(self.say("report.was", score=score(pairing.previous_score)))
        if pairing.reasons_changed:
            parts.append(self.say("report.reasons_changed"))
        return self.say("report.join").join(parts)

    def _departure(self, pairing: Pairing) -> str:
        if pairing.cause:
            cause = self.say(f"excluded.{pairing.cause}")
            told = self.say("report.gone_cause", cause=cause)
        else:
            told = self.say("report.gone_unlisted")
        if not pairing.withdrawn:
            return told
        return f"{told} · {self.say('report.withdrawn', count=pairing.withdrawn)}"

    def confidence(self, pairing: Pairing) -> str:
        level = self.say(f"confidence.{pairing.suggestion.confidence}")
        return " · ".join([self.say("card.confidence", level=level), *self.causes(pairing)])

    def causes(self, pairing: Pairing) -> list[str]:
        found = pairing.suggestion.confidence_causes
        return [self.say(f"cause.{cause.code}", value=cause.value) for cause in found]

    def topic(self, reason: Reason) -> str:
        """The reason's topic, or its term where it has none."""
        named = self.pick(reason.topic_zh, reason.topic_en)
        term = self.say(f"term.{reason.term}")
        return f"{named} · {term}" if named else term

    def quote(self, cited: Cited | None) -> str:
        """The words themselves; without any, the phrase that stands for them."""
        if cited is None:
            return ""
        if cited.quote:
            return self.say("report.quote", quote=cited.quote)
        phrase = self.pick(cited.phrase, cited.phrase_en)
        return (
            phrase if cited.basis != Basis.MEETING else self.say("report.no_quote", phrase=phrase)
        )

    def source(self, cited: Cited | None) -> str:
        """Meeting, date and speaker; or the register's source; or the rule and its ground."""
        if cited is None:
            return ""
        if cited.basis == Basis.MEETING:
            parts = [cited.meeting or "", self.texts.day(cited.date)]
            if cited.speaker:
                parts.append(self.say("quote.speaker", name=cited.speaker))
            return self.say("report.join").join(filter(None, parts))
        if cited.basis == Basis.REGISTER:
            return self.say("quote.source", name=self.pick(cited.source_zh, cited.source_en))
        rule = self.say("quote.inferred", rule=self.pick(cited.rule_zh, cited.rule_en))
        if cited.follows_from is None:
            return rule
        ground = f"{self.quote(cited.follows_from)} {self.source(cited.follows_from)}"
        return f"{rule} {self.say('report.follows', words=ground)}"


def score(value: float) -> str:
    return f"{value:.3f}"
