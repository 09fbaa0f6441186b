import { describe, expect, it } from 'vitest';
import { filesBelow, textOf } from '../../support/source-tree.ts';

describe('the systemd units of players', () => {
  it.each(filesBelow(['players'], /\.service$/))(
    'run the player as a user of its own, never as root: %s',
    (path) => {
      const [, user = 'root'] = /^User=(\S+)$/m.exec(textOf(path)) ?? [];
      expect(user).toBe('beacon');
      // A plus or an exclamation mark before the program would give it the rights of root all the same.
      expect(textOf(path)).not.toMatch(/^Exec\w+=[-@:]*[+!]|^(AmbientCapabilities|PermissionsStartOnly)=/m);
    },
  );
});
