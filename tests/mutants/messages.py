"""Bugs in what is said to people: doubts, orders and pauses of messages."""

from tests.mutants.mutant import Mutant

MESSAGES: tuple[Mutant, ...] = (
    Mutant(
        name="a sender that died leaves no doubt",
        module="orchestration.store.outbox_statements",
        old="            uncertain=case((cut_off, literal(True)), else_=outbox.c.uncertain),\n",
        new="            uncertain=outbox.c.uncertain,\n",
        caught_by="tests/store/test_outbox_rows.py::test_a_lost_sender_leaves_doubt",
    ),
    Mutant(
        name="a message whose answer was lost is sent again",
        module="bot.slack.outbox",
        old="self._reach.pause(letter, error), error.maybe_done or letter.uncertain",
        new="self._reach.pause(letter, error), letter.uncertain",
        caught_by="tests/unit/bot/test_outbox.py::test_each_failure_has_one_end",
    ),
    Mutant(
        name="a card that was ordered again while it was sent counts as sent",
        module="orchestration.store.outbox_statements",
        old='    same = outbox.c.version == bindparam("ordered")\n',
        new='    same = outbox.c.version >= bindparam("ordered")\n',
        caught_by="tests/store/test_outbox_rows.py::test_an_order_during_the_sending_is_sent_after_it",
    ),
    Mutant(
        name="what a sender posted that was overtaken stays beside the other one's message",
        module="bot.slack.doubles",
        old="            await self._take_back(letter, refs)\n",
        new="",
        caught_by="tests/unit/bot/test_doubles.py::test_what_stands_beside_anothers_message_is_taken_back",
    ),
    Mutant(
        name="messages of a lane go by time and not by number",
        module="orchestration.store.outbox_statements",
        old="            other.c.id < outbox.c.id,\n",
        new="            other.c.not_before_ms < outbox.c.not_before_ms,\n",
        caught_by="tests/store/test_outbox_rows.py::test_a_lane_goes_out_in_order",
    ),
    Mutant(
        name="a message is put off by less than is left of its pause",
        module="orchestration.store.putting_right",
        old="min(ceil(seconds * 1000), _LONGEST_MS)",
        new="min(int(seconds * 1000), _LONGEST_MS)",
        caught_by="tests/store/test_outbox_rows.py::test_no_message_comes_back_before_its_pause_is_over",
    ),
)
