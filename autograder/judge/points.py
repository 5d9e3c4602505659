"""What each check is worth, and what it has earned."""

from .topic import race_name
from .verdict import TopicResult

FULL = 100


def with_points(results, speed):
    """Spread 100 points over what was judged: topics by weight, inside a topic checks by weight.

    results: [(topic, its CheckResults)]. speed: whether there were races. A bonus topic is none of the 100: what it
    earns is added where points were lost. Judged alone, it is a topic like all others.
    """
    whole = sum(topic.weight for topic, _ in results if not topic.bonus)
    graded = [_graded(topic, checks, FULL * topic.weight / (whole or topic.weight), speed) for topic, checks in results]
    if whole:
        room = FULL - sum(result.points for result in graded if not result.bonus)
        _add([result for result in graded if result.bonus], room)
    return graded


def _graded(topic, checks, worth, speed):
    """Points of one topic that is worth so many."""
    weights = {check.name: check.weight for check in topic.checks}
    weights |= {race_name(w): w.weight for w in topic.speed} if speed else {}
    unit = worth / sum(weights.values())
    for check in checks:
        check.max_points = unit * weights.get(check.name, 0.0)
        if check.status in ("passed", "broken") or check.kind in ("speed", "memory"):
            share = check.points if check.status in ("passed", "failed") else float(check.status == "broken")
            check.points = check.max_points * (share if check.kind in ("speed", "memory") else 1.0)
    return TopicResult(topic.name, checks, topic.bonus)


def _add(bonus, room):
    """Let the bonus topics together earn no more than there is room for, each check the less by the same factor."""
    earned = sum(result.points for result in bonus)
    for check in (check for result in bonus for check in result.checks):
        check.points *= min(1.0, room / earned) if earned else 1.0
        check.max_points = 0.0
