import {
  CreateLaunchTemplateVersionCommand,
  DescribeLaunchTemplateVersionsCommand,
  type EC2Client,
  ModifyLaunchTemplateCommand,
} from '@aws-sdk/client-ec2';
import type {
  Answer,
  LaunchTemplateApi,
  NewTemplateVersion,
  WireDocument,
} from '../../flow/ports.ts';
import type { Clients } from './clients.ts';
import { launchSurroundings } from './launch-surroundings.ts';
import { askForOutput, unreadable } from './wire-call.ts';

/** What launch templates of EC2 are read and changed by, whichever service keeps them. */
export function launchTemplateApi(clients: Pick<Clients, 'ec2'>): LaunchTemplateApi {
  const ec2 = () => clients.ec2();
  return {
    describeLaunchTemplateVersion: launchSurroundings(clients).describeLaunchTemplateVersion,
    defaultTemplateVersion: (id) => defaultVersionOf(ec2(), id),
    createTemplateVersion: (id, version) => createVersion(ec2(), id, version),
    setDefaultTemplateVersion: (id, version) =>
      documentOnly(
        askForOutput(
          new ModifyLaunchTemplateCommand({
            LaunchTemplateId: id,
            DefaultVersion: String(version),
          }),
          (command) => ec2().send(command),
        ),
        () => ({ version }),
      ),
  };
}

async function defaultVersionOf(ec2: EC2Client, id: string): Promise<Answer<WireDocument>> {
  const answer = await askForOutput(
    new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: id, Versions: ['$Default'] }),
    (command) => ec2.send(command),
  );
  if (!answer.ok) return answer;
  const found = answer.value.LaunchTemplateVersions?.[0];
  if (found?.VersionNumber === undefined) {
    return unreadable('the answer holds no default version of the launch template');
  }
  // User data may hold secrets; a new version takes it over from the one that it goes out from.
  const { UserData: _data, ...data } = found.LaunchTemplateData ?? {};
  return { ...answer, value: { version: found.VersionNumber, data } };
}

async function createVersion(
  ec2: EC2Client,
  id: string,
  { from, data, token, description }: NewTemplateVersion,
): Promise<Answer<WireDocument>> {
  const answer = await askForOutput(
    new CreateLaunchTemplateVersionCommand({
      LaunchTemplateId: id,
      SourceVersion: String(from),
      VersionDescription: description,
      ClientToken: token,
      LaunchTemplateData: { ...data },
    }),
    (command) => ec2.send(command),
  );
  if (!answer.ok) return answer;
  const version = answer.value.LaunchTemplateVersion?.VersionNumber;
  if (version === undefined) return unreadable('the answer does not say which version it made');
  const warned = answer.value.Warning?.Errors?.map(({ Message = '' }) => Message) ?? [];
  return { ...answer, value: { version, ...(warned.length === 0 ? {} : { warned }) } };
}

async function documentOnly<T>(
  asked: Promise<Answer<T>>,
  document: () => WireDocument,
): Promise<Answer<WireDocument>> {
  const answer = await asked;
  return answer.ok ? { ...answer, value: document() } : answer;
}
