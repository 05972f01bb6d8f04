const words: Readonly<Record<string, string>> = {
  launchable: 'to be launchable',
  drained: 'for the last writes to arrive',
  healthy: 'for its instance to be healthy',
  signable: 'for its soak and sign-off',
  finalized: 'to be seen finalized',
  archived: 'to be seen archived',
  protected: 'to be protected',
  recovered: 'for its recovery instance to be well',
  grace: 'for its time of grace to pass',
  cleared: 'for AWS to clear away what is left of it',
  unpaused: 'for a person to resume it',
  reversed: 'for its replication back to be in sync',
  'failback-ready': 'for DRS to call its way back ready',
  idle: 'for its running job',
  hooks: 'for its hooks',
  'hooks-before-launch': 'for its hooks before the launch',
  wave: 'for free slots, a window, an approval or a person',
  resume: 'for a person to resume it',
  StartReplication: 'for its turn to replicate',
  StartTest: 'for its test launch',
  StartCutover: 'for its cutover launch',
  TerminateTargetInstances: 'for its instance to be terminated',
  StartDrill: 'for its drill launch',
  StartRecovery: 'for its recovery launch',
  StartFailbackLaunch: 'for its failback launch',
  TerminateRecoveryInstances: 'for its recovery instance to be terminated',
  CreateExtendedSourceServer: 'for its extension',
};

/** Says what a wait was for, to go after "waited"; a wait that nobody knows keeps its name. */
export function waitWords(wait: string): string {
  return words[wait] ?? `for ${wait}`;
}
