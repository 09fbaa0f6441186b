import { expect, test } from 'vitest';
import { guesses } from '../../src/staff/guesses.ts';

test('guesses from every address of one network of IPv6 count together, and what they count is forgiven together', async () => {
  const seen: string[] = [];
  const keep = async (names: readonly string[]) => void seen.push(...names);
  const { signIn, forgive } = guesses(
    {
      take: async (keys) => {
        await keep(keys.map(([name]) => name));
        return 0;
      },
      giveBack: async () => {},
      forget: (name) => keep([name]),
      forgetEnded: async () => {},
    },
    () => 0,
  );
  await signIn('li', '2001:db8:1:2::a', async () => true);
  await signIn('li', '2001:db8:1:2::b', async () => true);
  await forgive('li', '2001:db8:1:2::c');
  const network = '2001:db8:1:2::/64';
  expect(new Set(seen)).toEqual(new Set([`pair ${network} li`, `address ${network}`, 'account li']));
});
