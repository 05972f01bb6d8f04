import {
  CreateLaunchConfigurationTemplateCommand,
  DeleteLaunchConfigurationTemplateCommand,
  InitializeServiceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateLaunchConfigurationTemplateCommand,
} from '@aws-sdk/client-drs';
import type { Target } from '../../core/target.ts';
import type { Answer, DrsSettingsApi, WireDocument } from '../../flow/ports.ts';
import type { Clients } from './clients.ts';
import { createDrsApi } from './drs-api.ts';
import { createDrsServerSettings, drsOfTargets, serversEntered } from './drs-server-settings.ts';
import type { after, TargetClientSettings } from './target-access.ts';
import { askForDocument, isDocument } from './wire-call.ts';

type DrsSettingsClients = Pick<Clients, 'drs' | 'ec2' | 'serviceQuotas'>;

/** What `landfall drs template` asks, in the account and Region of the clients. */
export function createDrsSettingsApi(clients: DrsSettingsClients): DrsSettingsApi {
  const known = createDrsApi(clients);
  const drs = clients.drs();
  return {
    ...createDrsServerSettings(clients),
    describeLaunchConfigurationTemplates: known.describeLaunchConfigurationTemplates,
    initializeService: () =>
      askForDocument(new InitializeServiceCommand({}), (command) => drs.send(command)),
    createLaunchConfigurationTemplate: (fields, tags) =>
      templateIn(
        askForDocument(
          new CreateLaunchConfigurationTemplateCommand({ ...fields, tags: { ...tags } }),
          (command) => drs.send(command),
        ),
      ),
    updateLaunchConfigurationTemplate: (launchConfigurationTemplateID, fields) =>
      templateIn(
        askForDocument(
          new UpdateLaunchConfigurationTemplateCommand({
            ...fields,
            launchConfigurationTemplateID,
          }),
          (command) => drs.send(command),
        ),
      ),
    deleteLaunchConfigurationTemplate: (launchConfigurationTemplateID) =>
      askForDocument(
        new DeleteLaunchConfigurationTemplateCommand({ launchConfigurationTemplateID }),
        (command) => drs.send(command),
      ),
    tagResource: (resourceArn, tags) =>
      askForDocument(new TagResourceCommand({ resourceArn, tags: { ...tags } }), (command) =>
        drs.send(command),
      ),
    untagResource: (resourceArn, keys) =>
      askForDocument(new UntagResourceCommand({ resourceArn, tagKeys: [...keys] }), (command) =>
        drs.send(command),
      ),
  };
}

/**
 * Answers the same of each target by its access, the same object for the same target. In a member account it acts in the
 * role of the settings that are given, which need not be the one that Landfall's functions assume.
 */
export function createDrsSettingsApis(
  settings: TargetClientSettings,
): (target: Target) => DrsSettingsApi {
  return drsOfTargets(settings, 'person', createDrsSettingsApi, entered);
}

function entered(api: DrsSettingsApi, entering: ReturnType<typeof after>): DrsSettingsApi {
  return {
    ...serversEntered(api, entering),
    describeLaunchConfigurationTemplates: entering(api.describeLaunchConfigurationTemplates),
    initializeService: entering(api.initializeService),
    createLaunchConfigurationTemplate: entering(api.createLaunchConfigurationTemplate),
    updateLaunchConfigurationTemplate: entering(api.updateLaunchConfigurationTemplate),
    deleteLaunchConfigurationTemplate: entering(api.deleteLaunchConfigurationTemplate),
    tagResource: entering(api.tagResource),
    untagResource: entering(api.untagResource),
  };
}

/** The template out of what a call answers; the answer itself where it holds none. */
async function templateIn(asked: Promise<Answer<WireDocument>>): Promise<Answer<WireDocument>> {
  const answer = await asked;
  if (!answer.ok) return answer;
  const { launchConfigurationTemplate: template } = answer.value;
  return isDocument(template) ? { ...answer, value: template } : answer;
}
