import type { Parameters, Quota } from '../parameters.ts';

/** Answers DRS's quotas with the values in force (reference: DRS, section 4.1). */
export function drsQuotasOf(p: Parameters) {
  const quota = (code: string, name: string, value: number, adjustable = false): Quota => ({
    code,
    name,
    value,
    adjustable,
  });
  return {
    concurrentJobs: quota('L-D88FAC3A', 'Concurrent jobs in progress', p.drsQuotaConcurrentJobs),
    serversInJob: quota('L-B827C881', 'Max source servers in a single Job', p.drsQuotaServersInJob),
    serversInAllJobs: quota(
      'L-05AFA8C6',
      'Max source servers in all Jobs',
      p.drsQuotaServersInAllJobs,
    ),
    jobsPerServer: quota(
      'L-DD6D028C',
      'Max concurrent Jobs per source server',
      p.drsQuotaJobsPerServer,
    ),
    replicatingServers: quota(
      'L-C1D14A2B',
      'Max Total replicating source servers Per AWS Account',
      p.drsQuotaReplicatingServers,
    ),
    totalServers: quota(
      'L-E28BE5E0',
      'Max Total source servers Per AWS Account',
      p.drsQuotaTotalServers,
      true,
    ),
    launchActions: quota('L-0588D03B', 'Launch actions per resource', p.drsQuotaLaunchActions),
    launchTemplates: quota(
      'L-1F3FAE4D',
      'Max number of launch configuration templates per AWS account',
      p.drsQuotaLaunchTemplates,
    ),
    sourceNetworks: quota(
      'L-4B0323BD',
      'Max number of source networks per AWS account',
      p.drsQuotaSourceNetworks,
      true,
    ),
  };
}
