"""Runs MiniStack with what it lacks of the AWS that Landfall's compiled template is written for.

The template is deployed exactly as it was packaged, so what the emulator does not know is added here instead of
being left out there. Every addition goes through the emulator's own service functions, and each says what AWS
documents. A version of the emulator in which a place that is extended here looks different is refused at the start.

It reads the usual variables of MiniStack (GATEWAY_PORT, BIND_HOST, MINISTACK_REGION, MINISTACK_ACCOUNT_ID) and stops
on SIGTERM.
"""

import contextvars
import inspect
import json
import os
import threading
import time

from ministack.app import main
from ministack.core import lambda_runtime
from ministack.services import eventbridge, lambda_svc, stepfunctions
from ministack.services.cloudformation import provisioners


def of_emulator(module, name, *parameters):
    """A function of the emulator that is called or replaced here; refuses one with other parameters."""
    function = getattr(module, name)
    found = list(inspect.signature(function).parameters)
    if found[: len(parameters)] != list(parameters):
        raise SystemExit(f"{module.__name__}.{name} takes {found}, not {list(parameters)}: another MiniStack?")
    return function


def asked(service_function, request):
    """Asks a service function of the emulator; what it refuses fails the resource with its own words."""
    status, _headers, body = service_function(request)
    if status >= 400:
        raise ValueError(body if isinstance(body, str) else body.decode())
    return json.loads(body) if body else {}


# --- CloudFormation: three types that it does not provision, over APIs that the emulator has ---


def archive_request(name, props):
    pattern = props.get("EventPattern")
    request = {
        "ArchiveName": name,
        "EventSourceArn": props["SourceArn"],
        "Description": props.get("Description", ""),
        "RetentionDays": int(props.get("RetentionDays", 0)),
    }
    if pattern:
        request["EventPattern"] = pattern if isinstance(pattern, str) else json.dumps(pattern)
    if props.get("KmsKeyIdentifier"):
        request["KmsKeyIdentifier"] = props["KmsKeyIdentifier"]
    return request


def create_archive(logical_id, props, stack_name):
    """Ref is the name, GetAtt Arn the ARN."""
    name = props.get("ArchiveName") or provisioners._physical_name(stack_name, logical_id, max_len=48)
    created = asked(of_emulator(eventbridge, "_create_archive", "data"), archive_request(name, props))
    return name, {"Arn": created["ArchiveArn"]}


def update_archive(physical_id, old_props, new_props, stack_name, logical_id=None):
    """ArchiveName and SourceArn require replacement; the rest is updated in place."""
    kept = all(old_props.get(one) == new_props.get(one) for one in ("ArchiveName", "SourceArn"))
    if not kept:
        created = create_archive(logical_id, new_props, stack_name)
        provisioners._delete_predecessor(delete_archive, physical_id, old_props)
        return created
    updated = asked(of_emulator(eventbridge, "_update_archive", "data"), archive_request(physical_id, new_props))
    return physical_id, {"Arn": updated["ArchiveArn"]}


def delete_archive(physical_id, props):
    eventbridge._delete_archive({"ArchiveName": physical_id})


def create_version(logical_id, props, stack_name):
    """Ref and GetAtt Arn are the version's ARN. A revision that was published before keeps its version."""
    machine, revision = props["StateMachineArn"], props.get("StateMachineRevisionId")
    for arn, known in stepfunctions._state_machine_versions.items():
        if known["stateMachineArn"] == machine and known["stateMachineRevisionId"] == revision:
            return arn, {"Arn": arn}
    request = {"stateMachineArn": machine, "description": props.get("Description", "")}
    if revision:
        request["revisionId"] = revision
    published = asked(of_emulator(stepfunctions, "_publish_state_machine_version", "data"), request)
    arn = published["stateMachineVersionArn"]
    return arn, {"Arn": arn}


def update_version(physical_id, old_props, new_props, stack_name, logical_id=None):
    """Every property requires replacement; the engine keeps the old version where the template retains it."""
    created = create_version(logical_id, new_props, stack_name)
    if created[0] != physical_id:
        provisioners._delete_predecessor(delete_version, physical_id, old_props)
    return created


def delete_version(physical_id, props):
    asked(
        of_emulator(stepfunctions, "_delete_state_machine_version", "data"),
        {"stateMachineVersionArn": physical_id},
    )


def routing_of(props):
    """A deployment preference without traffic shifting ends with all traffic on its version."""
    preference = props.get("DeploymentPreference")
    if preference:
        if preference.get("Type") != "ALL_AT_ONCE":
            raise ValueError(f"the deployment preference {preference.get('Type')} is not emulated")
        return [{"stateMachineVersionArn": preference["StateMachineVersionArn"], "weight": 100}]
    return [
        {"stateMachineVersionArn": entry["StateMachineVersionArn"], "weight": int(entry["Weight"])}
        for entry in props.get("RoutingConfiguration", [])
    ]


def create_alias(logical_id, props, stack_name):
    """Ref and GetAtt Arn are the alias's ARN."""
    created = asked(
        of_emulator(stepfunctions, "_create_state_machine_alias", "data"),
        {
            "name": props.get("Name") or provisioners._physical_name(stack_name, logical_id, max_len=80),
            "description": props.get("Description", ""),
            "routingConfiguration": routing_of(props),
        },
    )
    arn = created["stateMachineAliasArn"]
    return arn, {"Arn": arn}


def update_alias(physical_id, old_props, new_props, stack_name, logical_id=None):
    """Name requires replacement; routing and description are updated in place."""
    if old_props.get("Name") != new_props.get("Name"):
        created = create_alias(logical_id, new_props, stack_name)
        provisioners._delete_predecessor(delete_alias, physical_id, old_props)
        return created
    asked(
        of_emulator(stepfunctions, "_update_state_machine_alias", "data"),
        {
            "stateMachineAliasArn": physical_id,
            "description": new_props.get("Description", ""),
            "routingConfiguration": routing_of(new_props),
        },
    )
    return physical_id, {"Arn": physical_id}


def delete_alias(physical_id, props):
    asked(
        of_emulator(stepfunctions, "_delete_state_machine_alias", "data"),
        {"stateMachineAliasArn": physical_id},
    )


def provision(resource_type, create, update, delete):
    if resource_type in provisioners._RESOURCE_HANDLERS:
        raise SystemExit(f"this MiniStack provisions {resource_type} itself: take it out of {__file__}")
    provisioners._RESOURCE_HANDLERS[resource_type] = {
        "create": create,
        "update": update,
        "update_with_logical_id": True,
        "delete": delete,
    }


of_emulator(provisioners, "_delete_predecessor", "delete_fn")
of_emulator(provisioners, "_physical_name", "stack_name", "logical_id")
provision("AWS::Events::Archive", create_archive, update_archive, delete_archive)
provision("AWS::StepFunctions::StateMachineVersion", create_version, update_version, delete_version)
provision("AWS::StepFunctions::StateMachineAlias", create_alias, update_alias, delete_alias)


# --- Step Functions: an execution runs the definition of the version that it was started with ---
#
# "When you start an execution with a version ARN, Step Functions uses that version": the emulator resolves versions
# and aliases to their machine and then runs the machine's newest definition.

_version = contextvars.ContextVar("landfall_version", default=None)
_start_execution = of_emulator(stepfunctions, "_start_execution", "data")
_run_execution = of_emulator(stepfunctions, "_run_execution", "exec_arn")
_describe_execution = of_emulator(stepfunctions, "_describe_execution", "data")


class MachinesAtTheirVersion(type(stepfunctions._state_machines)):
    """The emulator's machines; where an execution reads its own, with the definition of its version."""

    def get(self, arn, default=None):
        machine = super().get(arn, default)
        version = _version.get()
        if machine is None or version is None or version["stateMachineArn"] != arn:
            return machine
        return {**machine, "definition": version["definition"]}


stepfunctions._state_machines = MachinesAtTheirVersion()


def start_execution(data):
    """Remembers the version; a running execution of the same name and input is answered, as AWS does."""
    version = stepfunctions._execution_version_arn(data.get("stateMachineArn", ""))
    base = stepfunctions._resolve_state_machine_arn(data.get("stateMachineArn", ""))
    if base is not None and data.get("name"):
        known = stepfunctions._executions.get(f"{base.replace(':stateMachine:', ':execution:')}:{data['name']}")
        if known is not None and known["status"] == "RUNNING" and known["input"] == data.get("input", "{}"):
            return stepfunctions.json_response(
                {"executionArn": known["executionArn"], "startDate": known["startDate"]}
            )
    token = _version.set(stepfunctions._state_machine_versions.get(version) if version else None)
    try:
        # The execution's thread takes a copy of this context along.
        answer = _start_execution(data)
    finally:
        _version.reset(token)
    if answer[0] < 400 and version:
        execution = stepfunctions._executions.get(json.loads(answer[2])["executionArn"])
        execution["stateMachineVersionArn"] = version
    return answer


def describe_execution(data):
    status, headers, body = _describe_execution(data)
    version = stepfunctions._executions.get(data.get("executionArn"), {}).get("stateMachineVersionArn")
    if status < 400 and version:
        return stepfunctions.json_response({**json.loads(body), "stateMachineVersionArn": version})
    return status, headers, body


of_emulator(stepfunctions, "_execution_version_arn", "arn")
of_emulator(stepfunctions, "_resolve_state_machine_arn", "arn")
stepfunctions._start_execution = start_execution
stepfunctions._describe_execution = describe_execution


# --- Step Functions: startExecution.sync starts an execution like any other, and waits for it ---
#
# The emulator runs it in place, as an Express one: it refuses version ARNs and tells no status changes.


def start_and_wait(data):
    status, headers, body = stepfunctions._start_execution(data)
    if status >= 400:
        return status, headers, body
    arn = json.loads(body)["executionArn"]
    while stepfunctions._executions[arn]["status"] == "RUNNING":
        time.sleep(0.1)
    return stepfunctions._describe_execution({"executionArn": arn})


of_emulator(stepfunctions, "_start_sync_execution", "data")
of_emulator(stepfunctions, "_invoke_nested_start_execution_sync", "resource", "input_data")
stepfunctions._start_sync_execution = start_and_wait


# --- Step Functions: a callback task whose function fails, fails ---
#
# The emulator swallows the failure and waits for a token that nobody has.

_callback = contextvars.ContextVar("landfall_callback", default=None)
_invoke_with_callback = of_emulator(
    stepfunctions, "_invoke_with_callback", "resource", "input_data", "token", "state_def"
)
_call_lambda = of_emulator(stepfunctions, "_call_lambda", "func_ref", "event")


def invoke_with_callback(resource, input_data, token, state_def):
    held = _callback.set(token)
    try:
        return _invoke_with_callback(resource, input_data, token, state_def)
    finally:
        _callback.reset(held)


def call_lambda(func_ref, event):
    try:
        return _call_lambda(func_ref, event)
    except stepfunctions._ExecutionError as failed:
        waiting = stepfunctions._task_tokens.get(_callback.get())
        if waiting is not None:
            waiting["error"] = {"Error": failed.error, "Cause": failed.cause}
            waiting["event"].set()
        raise


stepfunctions._invoke_with_callback = invoke_with_callback
stepfunctions._call_lambda = call_lambda


# --- Lambda: a failure of a Node function is called by its error's name ---
#
# "errorType": the name of the error, by which Step Functions finds Retry and Catch; a process that died is
# Runtime.ExitError. The emulator calls all of them Runtime.HandlerError.

_said = 'status: "error", error: String(err.message || err), trace: err.stack || ""'
_named = _said + ', errorType: String(err.name || "Error")'
if lambda_runtime._NODEJS_WORKER_SCRIPT.count(_said) != 1:
    raise SystemExit("this MiniStack tells the failures of Node functions in another way")
lambda_runtime._NODEJS_WORKER_SCRIPT = lambda_runtime._NODEJS_WORKER_SCRIPT.replace(_said, _named)

# A function runs in few processes at a time; more invocations of it wait for one of these. Each process costs a second
# of a small machine to start, and a wave of forty servers would ask for forty of each function at once. None of ours
# invokes itself, so none waits for its own end.
_processes_of_a_function = int(os.environ.get("LANDFALL_PROCESSES_OF_A_FUNCTION", "3"))
_rooms = {}
_rooms_lock = threading.Lock()


def room_for(function_name):
    with _rooms_lock:
        return _rooms.setdefault(function_name, threading.Semaphore(_processes_of_a_function))


_last = threading.local()
_worker_invoke = of_emulator(lambda_runtime.Worker, "invoke", "self", "event", "request_id")
_execute_warm = of_emulator(lambda_svc, "_execute_function_warm", "func", "event", "request_id")


def worker_invoke(self, event, request_id, **more):
    _last.result = None
    _last.result = _worker_invoke(self, event, request_id, **more)
    return _last.result


def execute_warm(func, event, request_id):
    _last.result = None
    with room_for((func.get("config") or func).get("FunctionName")):
        result = _execute_warm(func, event, request_id)
    body = result.get("body")
    if result.get("error") and isinstance(body, dict) and body.get("errorType") != "Sandbox.Timedout":
        if not result.get("throttle"):
            body["errorType"] = (_last.result or {}).get("errorType", "Runtime.ExitError")
    return result


lambda_runtime.Worker.invoke = worker_invoke
lambda_svc._execute_function_warm = execute_warm


# --- EventBridge: functions are invoked asynchronously ---
#
# With the retries, the event age and the failure destination of the function's event invoke configuration; an event
# that finds no free concurrency is tried again until it is too old. The emulator has all of this for Invoke with
# InvocationType Event, and calls the targets of rules without.

_is_asynchronous = contextvars.ContextVar("landfall_asynchronous", default=False)
_execute_function = of_emulator(lambda_svc, "_execute_function", "func", "event")
_invoke_async = of_emulator(lambda_svc, "invoke_async_with_retry", "func", "event")


def invoke_async(func, event):
    token = _is_asynchronous.set(True)
    try:
        _invoke_async(func, event)
    finally:
        _is_asynchronous.reset(token)


def execute_function(func, event):
    result = _execute_function(func, event)
    if not _is_asynchronous.get():
        return result
    settings = func.get("event_invoke_config") or (func.get("event_invoke_configs") or {}).get("$LATEST") or {}
    too_old = time.monotonic() + int(settings.get("MaximumEventAgeInSeconds", 21600))
    while result.get("throttle") and time.monotonic() < too_old:
        time.sleep(1)
        result = _execute_function(func, event)
    return result


def dispatch_to_lambda(arn, payload):
    func, config, name = lambda_svc._get_func_record_for_ref(arn)
    if not func or not config:
        eventbridge.logger.warning("EventBridge: function %s not found", name)
        return
    record = lambda_svc._execution_record_for_config(func, config)
    lambda_svc.invoke_async_with_retry(record, json.loads(payload))


of_emulator(lambda_svc, "_get_func_record_for_ref", "function_ref")
of_emulator(lambda_svc, "_execution_record_for_config", "func", "config")
of_emulator(eventbridge, "_dispatch_to_lambda", "arn", "payload")
lambda_svc._execute_function = execute_function
lambda_svc.invoke_async_with_retry = invoke_async
eventbridge._dispatch_to_lambda = dispatch_to_lambda


if __name__ == "__main__":
    main()
