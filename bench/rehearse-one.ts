// In: a size and a folder. Out: one rehearsal in this process, its figures as the last line of stdout. Started by
// rehearse.ts, a process of its own for each size, so that the peak of its memory is its own.

import { setUpRehearsal } from '../src/cli/rehearsal.ts';
import { openLogs, writeSummary } from '../src/cli/rehearsal-logs.ts';
import type { Ports, ServiceApi } from '../src/flow/ports.ts';
import { noFaults } from '../src/simulator/simulator.ts';
import { benchFleet } from './bench-fleet.ts';

const [sizeText = '40', out = 'out/bench/40'] = process.argv.slice(2);
const size = Number(sizeText);
const began = performance.now();
const { plan, fleet, startAt, parameters } = await benchFleet(size);

// What the ticks cost, and how much of that the SDK and the simulator behind it took: processor time, which other
// processes of the machine do not disturb.
const spent = { doneMs: 0, skippedMs: 0, apiMs: 0, longestMs: 0 };
let ticking = false;

const rehearsal = await setUpRehearsal({
  plan,
  fleet: fleet.servers.map(({ document }) => document),
  vcenterClients: fleet.vcenterClients.map(({ document }) => document),
  applications: fleet.applications.map(({ document }) => document),
  waves: fleet.waves.map(({ document }) => document),
  faults: noFaults,
  seed: 1,
  startAt,
  parameters,
  logs: openLogs(out),
  intercept: (ports) => ({ ...ports, serviceOf: timed(ports.serviceOf) }),
  around: async (name, call) => {
    if (name !== 'poll') return call();
    ticking = true;
    const from = processorMs();
    const result = await call();
    const ms = processorMs() - from;
    ticking = false;
    if (looked(result)) {
      spent.doneMs += ms;
      spent.longestMs = Math.max(spent.longestMs, ms);
    } else spent.skippedMs += ms;
    return result;
  },
});
const setUp = performance.now();
const rehearsed = await rehearsal.run();
const ended = performance.now();
const figures = {
  size,
  ...rehearsed,
  setUpSeconds: (setUp - began) / 1000,
  wallSeconds: (ended - began) / 1000,
  cpuSeconds: processorMs() / 1000,
  peakBytes: process.resourceUsage().maxRSS * 1024,
  spent,
};
writeSummary(out, figures);
console.log(JSON.stringify(figures));

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function looked(reports: unknown): boolean {
  return Array.isArray(reports) && reports.some((report) => report.tick === 'done');
}

function timed(serviceOf: Ports['serviceOf']): Ports['serviceOf'] {
  const known = new Map<ServiceApi, ServiceApi>();
  return (target) => {
    const api = serviceOf(target);
    const found = known.get(api) ?? new Proxy(api, { get: timedMember });
    known.set(api, found);
    return found;
  };
}

function timedMember(api: ServiceApi, name: string | symbol): unknown {
  const member: unknown = Reflect.get(api, name);
  if (typeof member !== 'function') return member;
  return async (...given: unknown[]) => {
    const from = processorMs();
    try {
      return await member.apply(api, given);
    } finally {
      if (ticking) spent.apiMs += processorMs() - from;
    }
  };
}
