/** What stands for one player: a name that changes when anything of it does, and what is signed. */
export interface Standing {
  readonly name: string;
  /** About emergencies, in no certain order. */
  readonly statements: readonly string[];
  /** To be carried out once, oldest first. */
  readonly commands?: readonly string[];
}

/** The emergencies that stand for a player together with the commands that wait for it; null when there is neither. */
export function withCommands(
  standing: Standing | null,
  waiting: { readonly name: string; readonly commands: readonly string[] } | null,
): Standing | null {
  if (!waiting) return standing;
  const name = standing ? `${standing.name},${waiting.name}` : waiting.name;
  return { name, statements: standing?.statements ?? [], commands: waiting.commands };
}
