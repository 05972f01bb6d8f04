import type { Quotas } from '../admission.ts';

/** The published values (reference/drs.md 4.1), for where Service Quotas does not answer. */
const published = {
  activeServers: 300,
  jobs: 20,
  serversInJobs: 500,
  serversPerJob: 100,
  sourceServers: 4000,
} satisfies Quotas;

/** Reads the quotas of DRS by their codes over the published ones; its active servers are those that replicate. */
export function drsQuotasOf(values: Readonly<Record<string, number>>): Quotas {
  return {
    activeServers: values['L-C1D14A2B'] ?? published.activeServers,
    jobs: values['L-D88FAC3A'] ?? published.jobs,
    serversInJobs: values['L-05AFA8C6'] ?? published.serversInJobs,
    serversPerJob: values['L-B827C881'] ?? published.serversPerJob,
    sourceServers: values['L-E28BE5E0'] ?? published.sourceServers,
  };
}
