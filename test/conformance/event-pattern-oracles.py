"""Answers pattern and event pairs, one JSON line in, one out: what moto and MiniStack make of them.

Each answer is true, false, or {"refused": reason}. Neither is asked over the network.
"""

import json
import logging
import os
import sys

os.environ.setdefault("AWS_DEFAULT_REGION", "eu-central-1")
logging.disable(logging.CRITICAL)
# What the emulators print goes where it does not mix with the answers.
answers = sys.stdout
sys.stdout = sys.stderr

from ministack.services import eventbridge  # noqa: E402
from moto.events.exceptions import InvalidEventPatternException  # noqa: E402
from moto.events.models import EventPatternParser, EventPattern  # noqa: E402


def moto(pattern, event):
    try:
        parsed = EventPatternParser(pattern).parse()
    except InvalidEventPatternException as error:
        return {"refused": str(error)}
    return EventPattern(pattern, parsed).matches_event(event)


def ministack(pattern, event):
    status, _headers, body = eventbridge._test_event_pattern(
        {"EventPattern": pattern, "Event": json.dumps(event)}
    )
    answer = json.loads(body)
    return answer["Result"] if status == 200 else {"refused": answer.get("message", "")}


for line in sys.stdin:
    case = json.loads(line)
    pattern = json.dumps(case["pattern"])
    said = {}
    for name, oracle in (("moto", moto), ("ministack", ministack)):
        try:
            said[name] = oracle(pattern, case["event"])
        except Exception as error:  # an oracle that breaks has no opinion
            said[name] = {"broken": repr(error)}
    answers.write(json.dumps(said) + "\n")
answers.flush()
