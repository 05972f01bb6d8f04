import type { Parameters, Quota } from '../parameters.ts';

/** Answers MGN's quotas on waves, applications and actions with the values in force (reference: MGN, section 3). */
export function groupQuotasOf(p: Parameters) {
  const quota = (code: string, name: string, value: number): Quota => ({
    code,
    name,
    value,
    adjustable: false,
  });
  return {
    activeWaves: quota('L-9FD6E875', 'Max active waves', p.quotaActiveWaves),
    archivedWaves: quota('L-BB9C7114', 'Max archived waves', p.quotaArchivedWaves),
    activeApplications: quota('L-D5507441', 'Max active applications', p.quotaActiveApplications),
    archivedApplications: quota(
      'L-391504A2',
      'Max archived applications',
      p.quotaArchivedApplications,
    ),
    applicationsPerWave: quota(
      'L-CBE9E36A',
      'Max applications per wave',
      p.quotaApplicationsPerWave,
    ),
    serversPerApplication: quota(
      'L-90A3F9F5',
      'Max source servers per application',
      p.quotaServersPerApplication,
    ),
    actionsPerServer: quota('L-0E532B45', 'Max actions per server', p.quotaActionsPerServer),
    actionsPerTemplate: quota('L-322CA331', 'Max actions per template', p.quotaActionsPerTemplate),
  };
}
