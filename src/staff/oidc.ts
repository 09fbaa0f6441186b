import type { Role } from '../base/api-routes.ts';
import { isUsername, normalUsername } from './account.ts';

/** An outside provider of identities (OpenID Connect), as the environment names it. */
export interface OidcConfig {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What people call it, on the button. */
  readonly name: string;
  /** The claim that holds the groups or roles of a person: a text or a list of texts. */
  readonly roleClaim: string;
  /** Which value of that claim gives which role; the first that fits counts. */
  readonly roles: readonly (readonly [value: string, role: Role])[];
  /** The role of whoever has none of the values; null: they are refused. */
  readonly defaultRole: Role | null;
}

/** What a provider says of a person; `subject` never changes. */
export interface OutsidePerson {
  readonly subject: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** The role that the claims give; null: this person has no business here. */
export function roleOf({ claims }: OutsidePerson, config: OidcConfig): Role | null {
  const claim = claims[config.roleClaim];
  const values = Array.isArray(claim) ? claim : [claim];
  return config.roles.find(([value]) => values.includes(value))?.[1] ?? config.defaultRole;
}

/** The name to show, and the username wished for where one fits. */
export function namesOf({ subject, claims }: OutsidePerson): { name: string; username: string | null } {
  const text = (key: string) => {
    const value = claims[key];
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
  };
  const wished = text('preferred_username') ?? text('email')?.split('@')[0] ?? null;
  const username = wished !== null && isUsername(normalUsername(wished)) ? normalUsername(wished) : null;
  return { name: (text('name') ?? wished ?? subject).slice(0, 80), username };
}
