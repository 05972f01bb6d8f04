"""Drives MGN and DRS with botocore and checks answers member by member against botocore's own service models.

Reads one JSON object a line from standard input and prints one JSON line for each:
  {"act": "call", "service", "operation", "input", "port", "account", "region", "validate"}
      makes the call over HTTP; `validate` lets botocore check the input first.
  {"act": "check", "service", "operation", "status", "headers", "body"}
      checks an answer that another client got; `body` is text.
Prints {"outcome", "status", "output", "breaches", "deviations"}: outcome is "success" or the exception's name.
"""

import json
import re
import sys

import botocore
import botocore.session
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError

session = botocore.session.get_session()
clients = {}
models = {}

# Real or deliberate differences from the service model; the reasons are in exceptions.ts.
offset = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?\+00:00")
duration = re.compile(r"P(?:\d+D)?(?:T(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?")


class Told:
    """What is wrong with one answer, and which known deviations it shows."""

    def __init__(self):
        self.breaches = []
        self.deviations = set()

    def wrong(self, text):
        self.breaches.append(text[:300])


def model_of(service):
    if service not in models:
        models[service] = session.get_service_model(service)
    return models[service]


def client_of(case):
    key = (case["service"], case["port"], case["account"], case["region"], case["validate"])
    if key not in clients:
        client = session.create_client(
            case["service"],
            region_name=case["region"],
            endpoint_url=f"http://127.0.0.1:{case['port']}",
            aws_access_key_id=case["account"],
            aws_secret_access_key="none",
            config=Config(
                retries={"total_max_attempts": 1, "mode": "standard"},
                parameter_validation=case["validate"],
                proxies={},
                connect_timeout=10,
                read_timeout=30,
            ),
        )
        client.meta.events.register(f"before-parse.{case['service']}", keep)
        clients[key] = client
    return clients[key]


raw = {}


def keep(response_dict, **_):
    raw.clear()
    raw.update(response_dict)


def call(case):
    client = client_of(case)
    raw.clear()
    parsed, raised = None, None
    try:
        parsed = getattr(client, xform_name(case["operation"]))(**case["input"])
    except ParamValidationError as error:
        return {
            "outcome": "ParamValidationError",
            "status": 0,
            "output": {},
            "breaches": [f"botocore refuses the input: {error}"[:500]],
            "deviations": [],
        }
    except ClientError as error:
        raised = error
    answer = judged(
        case["service"],
        case["operation"],
        raw["status_code"],
        {name.lower(): value for name, value in raw["headers"].items()},
        (raw["body"] or b"").decode(),
    )
    told = answer["breaches"]
    if raised is not None and type(raised).__name__ != answer["outcome"]:
        told.append(f"botocore raises {type(raised).__name__}, the answer says {answer['outcome']}")
    if parsed is not None:
        parsed.pop("ResponseMetadata")
        lost(answer["output"], parsed, case["operation"], told)
    return answer


def lost(sent, read, at, told):
    """Notes members that were sent and that the client did not read."""
    if isinstance(sent, dict) and isinstance(read, dict):
        for name, value in sent.items():
            if name not in read:
                told.append(f"{at}.{name} is not read by botocore")
            else:
                lost(value, read[name], f"{at}.{name}", told)
    elif isinstance(sent, list) and isinstance(read, list):
        if len(sent) != len(read):
            told.append(f"{at} is read with {len(read)} of {len(sent)} items")
        for number, (one, other) in enumerate(zip(sent, read)):
            lost(one, other, f"{at}.{number}", told)


def judged(service, operation, status, headers, body):
    """Says what an answer is, and where it is not what the service model says."""
    told = Told()
    model = model_of(service).operation_model(operation)
    if not headers.get("x-amzn-requestid"):
        told.wrong(f"{operation}: no x-amzn-requestid")
    output = parsed_body(body, operation, told)
    if body and not headers.get("content-type", "").startswith("application/json"):
        told.wrong(f"{operation}: the content type is {headers.get('content-type')}")
    if status < 300:
        outcome = "success"
        success(model, operation, status, body, output, told)
    else:
        outcome = headers.get("x-amzn-errortype", "no x-amzn-errortype")
        failure(service, model, outcome, operation, status, headers, output, told)
    return {
        "outcome": outcome,
        "status": status,
        "output": output,
        "breaches": told.breaches,
        "deviations": sorted(told.deviations),
    }


def parsed_body(body, operation, told):
    if not body:
        return {}
    try:
        return json.loads(body)
    except ValueError:
        told.wrong(f"{operation}: the body is no JSON")
        return {}


def success(model, operation, status, body, output, told):
    expected = model.http.get("responseCode", 200)
    if status != expected:
        told.wrong(f"{operation} answers {status}, not {expected}")
    if model.output_shape is None:
        if body not in ("", "{}"):
            told.wrong(f"{operation} answers a body, though it has no output")
        return
    if not body and model.output_shape.members:
        told.wrong(f"{operation} answers no body")
    checked(output, model.output_shape, operation, told)


def failure(service, model, name, operation, status, headers, output, told):
    if name not in {shape.name for shape in model.error_shapes}:
        if name == "ValidationException" and output.get("reason") == "fieldValidationFailed":
            told.deviations.add("undeclared-validation")
        else:
            told.wrong(f"{operation} does not declare {name}")
    try:
        shape = model_of(service).shape_for(name)
    except Exception:  # botocore raises its own NoShapeFoundError
        told.wrong(f"{name} is no exception of {service}")
        return
    expected = shape.metadata.get("error", {}).get("httpStatusCode")
    if status != expected:
        told.wrong(f"{name} comes with {status}, not {expected}")
    in_body = {}
    for member, inner in shape.members.items():
        if inner.serialization.get("location") == "header":
            value = headers.get(inner.serialization["name"].lower())
            if value is not None and not str(value).isdigit():
                told.wrong(f"{name}.{member} is {value}")
        else:
            in_body[member] = inner
    for member in shape.required_members:
        if member in in_body and member not in output:
            told.wrong(f"{operation}: {name}.{member} is missing")
    for member, value in output.items():
        if member == "code" and member not in in_body and value == name:
            # restJson1 lets `code` name the exception, whatever the shape declares.
            told.deviations.add("undeclared-code")
        elif member in in_body:
            checked(value, in_body[member], f"{operation}: {name}.{member}", told)
        else:
            told.wrong(f"{operation}: {name}.{member} is unknown")


def checked(value, shape, at, told):
    """Notes every way in which a value is not of its shape."""
    kind = shape.type_name
    if kind == "structure":
        structure(value, shape, at, told)
    elif kind == "list":
        if not isinstance(value, list):
            told.wrong(f"{at} is no list")
            return
        sized(len(value), shape, at, told)
        for number, one in enumerate(value):
            checked(one, shape.member, f"{at}.{number}", told)
    elif kind == "map":
        if not isinstance(value, dict):
            told.wrong(f"{at} is no map")
            return
        sized(len(value), shape, at, told)
        for key, one in value.items():
            checked(key, shape.key, f"{at} key {key}", told)
            checked(one, shape.value, f"{at}.{key}", told)
    elif kind == "string":
        text(value, shape, at, told)
    elif kind == "boolean":
        if not isinstance(value, bool):
            told.wrong(f"{at} is no boolean")
    elif kind in ("integer", "long"):
        if isinstance(value, bool) or not isinstance(value, int):
            told.wrong(f"{at} is no whole number")
        else:
            sized(value, shape, at, told)
    elif kind in ("float", "double"):
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            told.wrong(f"{at} is no number")
        else:
            sized(value, shape, at, told)
    elif kind == "timestamp":
        moment(value, shape, at, told)
    else:
        told.wrong(f"{at}: shapes of type {kind} are not known here")


def structure(value, shape, at, told):
    if not isinstance(value, dict):
        told.wrong(f"{at} is no object")
        return
    names = {inner.serialization.get("name", name): inner for name, inner in shape.members.items()}
    for name in shape.required_members:
        if name not in value:
            told.wrong(f"{at}.{name} is missing")
    if getattr(shape, "is_tagged_union", False) and len(value) != 1:
        told.wrong(f"{at} is a union with {len(value)} members")
    for name, inner in value.items():
        if name not in names:
            told.wrong(f"{at}.{name} is unknown")
        else:
            checked(inner, names[name], f"{at}.{name}", told)


def text(value, shape, at, told):
    if not isinstance(value, str):
        told.wrong(f"{at} is no text")
        return
    if shape.enum:
        if value in shape.enum:
            return
        if value == "LAUNCH_END" and shape.name == "JobLogEvent":
            told.deviations.add("launch-end")
        else:
            told.wrong(f"{at} is {value}, none of {', '.join(shape.enum)}")
        return
    sized(len(value), shape, at, told, value)
    pattern = shape.metadata.get("pattern")
    if pattern is None or re.fullmatch(pattern, value):
        return
    if shape.name == "ISO8601DatetimeString" and offset.fullmatch(value):
        told.deviations.add("offset-times")
    elif is_instance_duration(value, at):
        told.deviations.add("recovery-instance-durations")
    else:
        told.wrong(f"{at} is {value}, not as {pattern}")


def is_instance_duration(value, at):
    names = r"DescribeRecoveryInstances\.items\.\d+\..*\.(lagDuration|elapsedReplicationDuration)"
    return re.fullmatch(names, at) and duration.fullmatch(value)


def sized(size, shape, at, told, value=None):
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    too_small = least is not None and size < least
    too_big = most is not None and size > most
    if not too_small and not too_big:
        return
    if value is not None and shape.name == "ISO8601DatetimeString" and offset.fullmatch(value):
        told.deviations.add("offset-times")
    elif value is not None and is_instance_duration(value, at):
        told.deviations.add("recovery-instance-durations")
    else:
        told.wrong(f"{at} has size {size}, outside {least} to {most}")


def moment(value, shape, at, told):
    form = shape.serialization.get("timestampFormat", "unixTimestamp")
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if form == "unixTimestamp" and is_number:
        return
    if form == "iso8601" and isinstance(value, str):
        return
    if isinstance(value, str) and offset.fullmatch(value):
        told.deviations.add("offset-times")
    else:
        told.wrong(f"{at} is {value!r}, not a time as {form}")


def main():
    print(json.dumps({"botocore": botocore.__version__}), flush=True)
    for line in sys.stdin:
        case = json.loads(line)
        try:
            if case["act"] == "call":
                answer = call(case)
            else:
                answer = judged(
                    case["service"],
                    case["operation"],
                    case["status"],
                    case["headers"],
                    case["body"],
                )
        except Exception as error:  # one broken case must not end all others
            told = f"{case.get('operation')}: {type(error).__name__}: {error}"[:500]
            answer = {
                "outcome": "broken",
                "status": 0,
                "output": {},
                "breaches": [told],
                "deviations": [],
            }
        print(json.dumps(answer), flush=True)


main()
