import {
  CreateLaunchConfigurationTemplateCommand,
  DeleteLaunchActionCommand,
  DeleteLaunchConfigurationTemplateCommand,
  InitializeServiceCommand,
  PutLaunchActionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateLaunchConfigurationCommand,
  UpdateLaunchConfigurationTemplateCommand,
} from '@aws-sdk/client-drs';
import type { Target } from '../../core/target.ts';
import type { Answer, DrsSettingsApi, WireDocument } from '../../flow/ports.ts';
import {
  type ClientSettings,
  type Clients,
  createDrsClient,
  createEc2Client,
  once,
  operatorAgent,
} from './clients.ts';
import { createDrsApi } from './drs-api.ts';
import { launchTemplateApi } from './launch-template-api.ts';
import {
  after,
  at,
  onceATarget,
  type TargetClientSettings,
  targetAccess,
} from './target-access.ts';
import { askForDocument, isDocument } from './wire-call.ts';

type DrsSettingsClients = Pick<Clients, 'drs' | 'ec2' | 'serviceQuotas'>;

/** What `landfall drs template` asks, in the account and Region of the clients. */
export function createDrsSettingsApi(clients: DrsSettingsClients): DrsSettingsApi {
  const known = createDrsApi(clients);
  const drs = clients.drs();
  return {
    ...launchTemplateApi(clients),
    describeSourceServers: known.describeSourceServers,
    describeJobs: known.describeJobs,
    getLaunchConfiguration: known.getLaunchConfiguration,
    listLaunchActions: known.listLaunchActions,
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
    updateLaunchConfiguration: (sourceServerID, fields) =>
      askForDocument(
        new UpdateLaunchConfigurationCommand({ ...fields, sourceServerID }),
        (command) => drs.send(command),
      ),
    putLaunchAction: (resourceId, action) =>
      askForDocument(
        new PutLaunchActionCommand({
          // DRS answers what is missing here by a refusal that names it.
          actionId: undefined,
          actionCode: undefined,
          order: undefined,
          optional: undefined,
          active: undefined,
          name: undefined,
          actionVersion: undefined,
          category: undefined,
          description: undefined,
          ...action,
          resourceId,
        }),
        (command) => drs.send(command),
      ),
    deleteLaunchAction: (resourceId, actionId) =>
      askForDocument(new DeleteLaunchActionCommand({ resourceId, actionId }), (command) =>
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
  const access = targetAccess(settings);
  return onceATarget((target) => {
    if (access.accessOf(target) === 'own') {
      return createDrsSettingsApi(clientsOf(settings, target.region, settings.credentials));
    }
    const { credentials, enter } = access.member(target);
    return entered(
      createDrsSettingsApi(clientsOf(settings, target.region, credentials)),
      after(enter),
    );
  });
}

function entered(api: DrsSettingsApi, entering: ReturnType<typeof after>): DrsSettingsApi {
  return {
    describeSourceServers: entering(api.describeSourceServers),
    describeJobs: entering(api.describeJobs),
    getLaunchConfiguration: entering(api.getLaunchConfiguration),
    listLaunchActions: entering(api.listLaunchActions),
    describeLaunchConfigurationTemplates: entering(api.describeLaunchConfigurationTemplates),
    describeLaunchTemplateVersion: entering(api.describeLaunchTemplateVersion),
    defaultTemplateVersion: entering(api.defaultTemplateVersion),
    createTemplateVersion: entering(api.createTemplateVersion),
    setDefaultTemplateVersion: entering(api.setDefaultTemplateVersion),
    initializeService: entering(api.initializeService),
    createLaunchConfigurationTemplate: entering(api.createLaunchConfigurationTemplate),
    updateLaunchConfigurationTemplate: entering(api.updateLaunchConfigurationTemplate),
    deleteLaunchConfigurationTemplate: entering(api.deleteLaunchConfigurationTemplate),
    tagResource: entering(api.tagResource),
    untagResource: entering(api.untagResource),
    updateLaunchConfiguration: entering(api.updateLaunchConfiguration),
    putLaunchAction: entering(api.putLaunchAction),
    deleteLaunchAction: entering(api.deleteLaunchAction),
  };
}

function clientsOf(
  settings: TargetClientSettings,
  region: string,
  credentials: TargetClientSettings['credentials'],
): DrsSettingsClients {
  const { endpoints = {} } = settings;
  const as = (client: ClientSettings) => ({ ...client, userAgent: operatorAgent });
  return {
    drs: once(() => createDrsClient(as(at(settings, region, endpoints.drs, credentials)))),
    ec2: once(() => createEc2Client(as(at(settings, region, endpoints.ec2, credentials)))),
    serviceQuotas: once(() => {
      throw new Error('no quota is asked for here');
    }),
  };
}

/** The template out of what a call answers; the answer itself where it holds none. */
async function templateIn(asked: Promise<Answer<WireDocument>>): Promise<Answer<WireDocument>> {
  const answer = await asked;
  if (!answer.ok) return answer;
  const { launchConfigurationTemplate: template } = answer.value;
  return isDocument(template) ? { ...answer, value: template } : answer;
}
