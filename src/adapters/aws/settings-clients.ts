import type { LaunchTemplateApi } from '../../flow/ports.ts';
import {
  type ClientSettings,
  type Clients,
  createDrsClient,
  createEc2Client,
  createMgnClient,
  once,
  operatorAgent,
} from './clients.ts';
import { type after, at, type TargetClientSettings } from './target-access.ts';

/** Whose calls these are: a person's, or those of the function that acts for a wave. */
export type Caller = 'person' | 'function';

/** The clients that settings of servers are read and set with, in one Region. */
export function settingsClients(
  settings: TargetClientSettings,
  caller: Caller,
  region: string,
  credentials: TargetClientSettings['credentials'],
): Pick<Clients, 'mgn' | 'drs' | 'ec2' | 'serviceQuotas'> {
  const { endpoints = {} } = settings;
  const as = (client: ClientSettings) =>
    caller === 'person' ? { ...client, userAgent: operatorAgent } : client;
  return {
    mgn: once(() => createMgnClient(as(at(settings, region, endpoints.mgn, credentials)))),
    drs: once(() => createDrsClient(as(at(settings, region, endpoints.drs, credentials)))),
    ec2: once(() => createEc2Client(as(at(settings, region, endpoints.ec2, credentials)))),
    serviceQuotas: once(() => {
      throw new Error('no quota is asked for here');
    }),
  };
}

/** The calls about launch templates out of an API of settings, as each is made by `through`. */
export function launchTemplateCalls(
  api: LaunchTemplateApi,
  through: ReturnType<typeof after>,
): LaunchTemplateApi {
  return {
    describeLaunchTemplateVersion: through(api.describeLaunchTemplateVersion),
    defaultTemplateVersion: through(api.defaultTemplateVersion),
    createTemplateVersion: through(api.createTemplateVersion),
    setDefaultTemplateVersion: through(api.setDefaultTemplateVersion),
  };
}
