import type { JsonObject } from '../json.ts';

/** What a version of an EC2 launch template says, as far as launches here depend on it. */
export interface TemplateData {
  readonly instanceType: string;
  /** Absent where the template names none, so that EC2 looks for a default VPC. */
  readonly subnetId?: string;
  readonly securityGroupIds: readonly string[];
  /** All that it says, by the names of EC2's calls, where a call made it; launches do not depend on the rest. */
  readonly document?: JsonObject;
}

/** One version; versions never change. */
export interface TemplateVersion {
  readonly number: number;
  readonly createdAt: number;
  readonly createdBy: 'service' | 'person';
  readonly data: TemplateData;
}

/** The EC2 launch template that MGN or DRS keeps for one source server. */
export interface Ec2LaunchTemplate {
  readonly id: string;
  readonly name: string;
  readonly serverId: string;
  readonly versions: readonly TemplateVersion[];
  /** The version that the service launches from. */
  readonly defaultVersion: number;
}

/** The launch templates of an account in a Region: those that differ from how their service made them, and whose each is. */
export interface Ec2LaunchTemplates {
  readonly changed: Map<string, Ec2LaunchTemplate>;
  readonly owners: Map<string, string>;
  /** The versions that calls made, by their client tokens, with what was asked for. */
  readonly tokens: Map<
    string,
    { readonly asked: string; readonly id: string; readonly number: number }
  >;
  /** How many of the Region's servers `owners` knows. */
  indexed: number;
}

/** Answers the launch templates of an account that nobody has changed. */
export function newEc2LaunchTemplates(): Ec2LaunchTemplates {
  return { changed: new Map(), owners: new Map(), tokens: new Map(), indexed: 0 };
}
