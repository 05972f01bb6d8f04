import {
  invokedFunction,
  isCallback,
  isJson,
  type Json,
  listOf,
  nextStates,
  type PlacedState,
  placedStates,
  stringsIn,
} from './asl.ts';

/**
 * What asl-validator misses, and AWS refuses, hangs on or lets grow without end. Each rule answers
 * what it finds wrong, one sentence a finding; a sound machine yields nothing.
 */
export type AslRule = (machine: Json) => readonly string[];

const perState =
  (check: (placed: PlacedState) => readonly (string | false)[]): AslRule =>
  (machine) =>
    placedStates(machine).flatMap((placed) =>
      check(placed)
        .filter((finding) => finding !== false)
        .map((finding) => `${placed.name}: ${finding}`),
    );

const handlersOf = (state: Json, key: 'Retry' | 'Catch') =>
  listOf(state, key)
    .filter(isJson)
    .map((handler) => listOf(handler, 'ErrorEquals'));

const bothOf = (state: Json) =>
  (['Retry', 'Catch'] as const).map((key) => [key, handlersOf(state, key)] as const);

const statesAllIsLast = perState(({ state }) =>
  bothOf(state).map(
    ([key, errors]) =>
      errors.slice(0, -1).some((names) => names.includes('States.ALL')) &&
      `States.ALL is not the last of ${key}, so what follows is never reached`,
  ),
);

const statesAllIsAlone = perState(({ state }) =>
  bothOf(state).map(
    ([key, errors]) =>
      errors.some((names) => names.includes('States.ALL') && names.length > 1) &&
      `States.ALL has company in ${key}`,
  ),
);

const heartbeatIsShorter = perState(({ state }) => {
  const { HeartbeatSeconds: beat, TimeoutSeconds: timeout } = state;
  return [
    typeof beat === 'number' &&
      typeof timeout === 'number' &&
      beat >= timeout &&
      `HeartbeatSeconds ${beat} is not below TimeoutSeconds ${timeout}`,
  ];
});

const delayMayGrow = perState(({ state }) =>
  listOf(state, 'Retry')
    .filter(isJson)
    .map(({ IntervalSeconds: interval = 1, MaxDelaySeconds: most }) => {
      const tooLow = typeof most === 'number' && most <= Number(interval);
      return tooLow && `MaxDelaySeconds ${most} is not above IntervalSeconds ${String(interval)}`;
    }),
);

const callbackPassesToken = perState(({ state }) => [
  isCallback(state) &&
    !stringsIn(state['Arguments']).some((text) => text.includes('$states.context.Task.Token')) &&
    'waits for a token that it gives to nobody',
]);

const callbackTimesOut = perState(({ state }) => [
  isCallback(state) && state['TimeoutSeconds'] === undefined && 'waits for ever',
]);

const callbackNotInExpress = perState(({ state, scopes }) => {
  const express = scopes.some(
    ({ ProcessorConfig: config }) => isJson(config) && config['ExecutionType'] === 'EXPRESS',
  );
  return [express && isCallback(state) && 'an Express execution cannot wait for a token'];
});

const jsonPathFields = ['InputPath', 'Parameters', 'ResultPath', 'ResultSelector', 'OutputPath'];

const jsonataOnly: AslRule = (machine) => [
  ...(machine['QueryLanguage'] === 'JSONata' ? [] : ['the machine does not say JSONata']),
  ...perState(({ state }) => [
    state['QueryLanguage'] !== undefined &&
      state['QueryLanguage'] !== 'JSONata' &&
      `speaks ${String(state['QueryLanguage'])}`,
    ...jsonPathFields.map((field) => field in state && `${field} belongs to JSONPath`),
  ])(machine),
];

const expressionsIn = (value: unknown) => stringsIn(value).filter((text) => text.startsWith('{%'));

/** The variables that an expression reads; neither functions nor what it binds itself. */
function variablesRead(expression: string): readonly string[] {
  const code = expression.replaceAll(/'[^']*'|"[^"]*"/g, '');
  const bound = [...code.matchAll(/\$(\w+)\s*:=/g), ...code.matchAll(/function\(([^)]*)\)/g)];
  const own = new Set(bound.flatMap(([, names = '']) => names.split(/[\s,$]+/)));
  return [...code.matchAll(/\$([A-Za-z_]\w*)(?!\w|\s*\(|\s*:=)/g)]
    .map(([, name = '']) => name)
    .filter((name) => name !== 'states' && !own.has(name));
}

/** The scopes whose variables a state can read: none outside a Distributed Map's own children. */
function visibleScopes(scopes: readonly Json[]): readonly Json[] {
  const wall = scopes.findLastIndex(
    ({ ProcessorConfig: config }) => isJson(config) && config['Mode'] === 'DISTRIBUTED',
  );
  return wall === -1 ? scopes : scopes.slice(wall);
}

function assignedIn(scope: Json): readonly string[] {
  const states = Object.values(isJson(scope['States']) ? scope['States'] : {}).filter(isJson);
  return states
    .flatMap((state) => [state, ...listOf(state, 'Catch'), ...listOf(state, 'Choices')])
    .filter(isJson)
    .flatMap(({ Assign: assign }) => (isJson(assign) ? Object.keys(assign) : []));
}

const variablesAreAssigned = perState(({ state, scopes }) => {
  const known = new Set(visibleScopes(scopes).flatMap(assignedIn));
  const { ItemProcessor: _items, Branches: _branches, ...own } = state;
  return expressionsIn(own)
    .flatMap(variablesRead)
    .map((name) => !known.has(name) && `$${name} is assigned nowhere that it can be read from`);
});

const resultAfterTheFact = perState(({ state }) => {
  const { Catch: catchers, ItemProcessor: _items, Branches: _branches, ...own } = state;
  const before = { arguments: own['Arguments'], items: own['Items'], choices: own['Choices'] };
  const early = expressionsIn(before).some((text) => text.includes('$states.result'));
  const uncaught = expressionsIn(own).some((text) => text.includes('$states.errorOutput'));
  const inCatch = expressionsIn(catchers).some((text) => text.includes('$states.result'));
  return [
    early && '$states.result is read before there is one',
    uncaught && '$states.errorOutput is read outside Catch',
    inCatch && '$states.result is read in Catch, where there is none',
  ];
});

/** The states of one scope that can be reached from any of these. */
function reachable(scope: Json, from: readonly string[], barred = new Set<string>()): Set<string> {
  const states = isJson(scope['States']) ? scope['States'] : {};
  const seen = new Set<string>();
  const queue = [...from];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const state = states[name];
    if (seen.has(name) || barred.has(name) || !isJson(state)) continue;
    seen.add(name);
    queue.push(...nextStates(state));
  }
  return seen;
}

const everyStateIsReached = perState(({ name, scope }) => [
  !reachable(scope, [String(scope['StartAt'])]).has(name) && 'nothing leads here',
]);

/** A loop is bounded by a wait that costs the same however long it lasts, or by the wave's own stages. */
const endsItsRound = (state: Json) =>
  isCallback(state) || invokedFunction(state) === 'NextStageLambdaFunction';

const noPollingLoop = perState(({ name, state, scope }) => {
  const states = isJson(scope['States']) ? scope['States'] : {};
  const barred = new Set(
    Object.entries(states).flatMap(([key, other]) =>
      isJson(other) && endsItsRound(other) ? [key] : [],
    ),
  );
  const loops = !barred.has(name) && reachable(scope, nextStates(state), barred).has(name);
  return [
    state['Type'] === 'Wait' && 'waits by the clock; park on a token instead',
    loops && 'is on a loop that no token and no stage bounds',
  ];
});

const distributedMapsKillNobody = perState(({ state }) => {
  const processor = isJson(state['ItemProcessor']) ? state['ItemProcessor'] : {};
  const config = processor['ProcessorConfig'];
  if (!isJson(config) || config['Mode'] !== 'DISTRIBUTED') return [];
  return [
    state['ToleratedFailurePercentage'] !== 100 && 'one failed child may stop the others',
    'MaxConcurrency' in state && 'parked children may use up MaxConcurrency',
    ...['Items', 'ItemSelector'].map(
      (field) => field in state && `${field} is not read everywhere`,
    ),
  ];
});

const failuresAreCaught = perState(({ state }) => [
  state['Type'] === 'Task' &&
    state['End'] !== true &&
    !handlersOf(state, 'Catch').some((names) => names.includes('States.ALL')) &&
    'a failure here would end the execution without an outcome',
]);

/** Every rule by its name. */
export const aslRules: Readonly<Record<string, AslRule>> = {
  'States.ALL is last': statesAllIsLast,
  'States.ALL is alone': statesAllIsAlone,
  'a heartbeat is shorter than its timeout': heartbeatIsShorter,
  'a retry delay may grow': delayMayGrow,
  'a callback passes its token': callbackPassesToken,
  'a callback times out': callbackTimesOut,
  'no callback in an Express map': callbackNotInExpress,
  'JSONata is the only query language': jsonataOnly,
  'every variable is assigned': variablesAreAssigned,
  'a result is read after the fact': resultAfterTheFact,
  'every state is reached': everyStateIsReached,
  'no polling loop': noPollingLoop,
  'a Distributed Map kills nobody': distributedMapsKillNobody,
  'every failure is caught': failuresAreCaught,
};
