"""The health of a release's versions: a line for each store's card, and the whole for who asks."""

from collections.abc import Sequence
from datetime import datetime

from bot.views.blocks import context, section
from bot.views.rendered import TEXT, Rendered, paragraphs
from bot.views.text import Mrkdwn, bold, code, escape, joined, say, truncate
from bot.views.words import brief, linked, one_line, person, when
from orchestration.domain.health import Finding, Verdict, share
from orchestration.domain.health_gate import NOT_READ, plan_of_health
from orchestration.domain.health_plan import HealthAction, HealthPlan
from orchestration.domain.release import Release
from orchestration.domain.submission import Submission

_WORDS = 400
_LINK = 1_000
_VERDICTS = {Verdict.GOOD: "Healthy", Verdict.POOR: "Not healthy", Verdict.UNKNOWN: "Health is not known"}


def health_line(release: Release, submission: Submission) -> Mrkdwn | None:
    """`Healthy: 99.8 % of 1200 sessions were free of crashes …`; None where no rule judges it, or nobody has it yet."""
    if plan_of_health(release, submission) is None or not submission.out:
        return None
    watch = submission.health
    if watch.finding is None:
        return say(
            "{head}: {why}",
            head=bold(_VERDICTS[Verdict.UNKNOWN]),
            why=brief(watch.trouble or NOT_READ, _WORDS),
        )
    finding = watch.finding
    says = linked(finding.url, brief(finding.says, _WORDS), _LINK)
    return say("{head}: {says}", head=bold(_VERDICTS[finding.verdict]), says=says)


def health_answer(release: Release, *, now: datetime) -> Rendered:
    """Every store that a rule judges, for one person."""
    judged = [s for s in release.current_submissions if plan_of_health(release, s) is not None]
    title = one_line(release.title, 150)
    if not judged:
        return Rendered(
            text=say("{title}: no rule judges the health of what its stores have.", title=title), blocks=()
        )
    texts = [line for submission in judged for line in _lines(release, submission)]
    return Rendered(
        text=truncate(joined([say("{title}:", title=title), *texts], " "), size=TEXT),
        blocks=(
            *(section(each) for each in paragraphs(texts)),
            context(say("{id} · As of {now}", id=release.id, now=when(now))),
        ),
    )


def _lines(release: Release, submission: Submission) -> Sequence[Mrkdwn]:
    plan = plan_of_health(release, submission)
    name = f"{submission.pair.title} {submission.version} ({submission.build or 'no build'})"
    line = health_line(release, submission) or escape("Nobody has it yet.")
    watch = submission.health
    lines = [bold(name), line]
    if watch.finding is not None:
        lines += [_figures(watch.finding)]
    if watch.trouble is not None and watch.finding is not None:
        lines.append(say("It can't be read now: {why}", why=brief(watch.trouble, _WORDS)))
    if watch.overruled is not None:
        lines.append(
            say(
                "Overruled by {who}, {at}: {reason}",
                who=person(watch.overruled.by),
                at=when(watch.overruled.at),
                reason=brief(watch.overruled.reason, _WORDS),
            )
        )
    elif watch.poor:
        example = code("/release health overrule <reason>")
        lines.append(say("To go on all the same: {example}", example=example))
    return [*lines, *([_rule(plan)] if plan is not None else [])]


def _figures(finding: Finding) -> Mrkdwn:
    parts = [f"{finding.sessions} sessions, {finding.users} users"]
    if finding.crash_free_users is not None:
        parts.append(f"{share(finding.crash_free_users)} % of users without a crash")
    if finding.adoption is not None:
        parts.append(f"{share(finding.adoption)} % of all sessions")
    if finding.new_issues is not None:
        parts.append(f"{finding.new_issues} new issues")
    return say("{parts}, read {at}", parts=", ".join(parts), at=when(finding.at))


def _rule(plan: HealthPlan) -> Mrkdwn:
    wanted = []
    if plan.crash_free is not None:
        wanted.append(f"at least {plan.crash_free:g} % of sessions without a crash")
    if plan.drop is not None:
        wanted.append(f"at most {plan.drop:g} points below the version before")
    then = "the store is stopped" if plan.action is HealthAction.PAUSE else "people are told"
    return say("Rule: {wanted}; otherwise {then}.", wanted=", ".join(wanted), then=then)
