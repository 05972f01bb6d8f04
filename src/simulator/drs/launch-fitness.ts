import { isNitro } from '../ec2/instance-types.ts';
import { launchesAs } from '../ec2/launch-templates.ts';
import { refusedByEc2 } from '../ec2/room.ts';
import { type JsonObject, objectAt, textAt } from '../json.ts';
import type { SourceServer } from '../source-server.ts';
import { launchConfiguration } from './configurations.ts';
import type { Drs } from './part.ts';

/** The instance that a server is launched into; undefined where it gets one of its own. */
export function intoInstanceOf(drs: Drs, server: SourceServer): string | undefined {
  const into = objectAt(launchConfiguration(drs, server), 'launchIntoInstanceProperties');
  return textAt(into, 'launchIntoEC2InstanceID');
}

/** Says why no instance of a server could be launched now (reference: DRS 1.9, H6 and H7; 2.3); undefined where one could. */
export function whyNotLaunched(drs: Drs, server: SourceServer): string | undefined {
  const into = intoInstanceOf(drs, server);
  if (into !== undefined) return whyNotInto(drs, server, into);
  const shape = launchesAs(drs.engine, server);
  const source = objectAt(server.document, 'sourceProperties');
  if (source['supportsNitroInstances'] === false && isNitro(shape.instanceType)) {
    return `The source server does not support Nitro instances: ${shape.instanceType}`;
  }
  const { osByol } = objectAt(launchConfiguration(drs, server), 'licensing');
  if (osByol === true && isWindows(source) && shape.tenancy !== 'host') {
    return 'Windows BYOL is only supported on dedicated hosts';
  }
  return refusedByEc2(drs.region, shape);
}

function isWindows(source: JsonObject): boolean {
  return /windows/i.test(textAt(objectAt(source, 'os'), 'fullString') ?? '');
}

function whyNotInto(drs: Drs, server: SourceServer, id: string): string | undefined {
  const { ec2Instances } = drs.region.world.parameters;
  const instance = ec2Instances.find(({ instanceId }) => instanceId === id);
  const configuration = launchConfiguration(drs, server);
  if (configuration['copyTags'] === true || configuration['copyPrivateIp'] === true) {
    return 'Launching into an instance needs copyTags and copyPrivateIp to be off';
  }
  // What the parameters do not name is as it should be.
  if (instance === undefined) return undefined;
  const source = objectAt(server.document, 'sourceProperties');
  const fits =
    instance.state === 'stopped' &&
    instance.tags['AWSDRS'] === 'AllowLaunchingIntoThisInstance' &&
    (instance.platform === 'windows') === isWindows(source) &&
    instance.architecture === 'x86_64' &&
    instance.virtualizationType === 'hvm' &&
    instance.rootDeviceType === 'ebs';
  return fits ? undefined : `The instance ${id} cannot be launched into`;
}
