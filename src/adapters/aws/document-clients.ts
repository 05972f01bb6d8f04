import type { DocumentRun } from '../../core/hook/command-result.ts';
import type { HookAnswer } from '../../core/hook/hook-result.ts';
import { createSsmClient, once } from './clients.ts';
import { type DocumentSurroundings, runDocument } from './run-document.ts';
import { at, onceATarget, type TargetClientSettings, targetAccess } from './target-access.ts';

/**
 * Runs documents in the account and Region of each target: as Landfall itself in its own account, else in the member role,
 * also where an administrator acts for the account in MGN.
 */
export function createDocumentRunner(
  settings: TargetClientSettings,
): (run: DocumentRun) => Promise<HookAnswer> {
  const access = targetAccess(settings);
  const aroundOf = onceATarget((target): DocumentSurroundings => {
    const own = { credentials: settings.credentials, enter: async () => undefined };
    const { credentials, enter } = access.accessOf(target) === 'own' ? own : access.member(target);
    const { endpoints = {}, clock } = settings;
    const client = () => createSsmClient(at(settings, target.region, endpoints.ssm, credentials));
    return { client: once(client), enter, clock };
  });
  return (run) => runDocument(aroundOf(run.target), run);
}
