import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isOuterAddress, NotAllowed, poster } from '../../src/dispatch/post-files.ts';

/* Names whose owner answers for them as he or she likes. The two addresses are this machine's: one plays the internet. */

const OUTER = '127.0.0.1';
const INNER = '127.0.0.2';
let port: number;
const receivers: Server[] = [];
/** The addresses that were connected to. */
let reached: string[] = [];

async function listenAt(address: string, at: number): Promise<number> {
  const receiver = createServer((socket) => {
    reached.push(address);
    socket.destroy();
  });
  receivers.push(receiver);
  await once(receiver.listen(at, address), 'listening');
  return (receiver.address() as AddressInfo).port;
}

beforeAll(async () => {
  port = await listenAt(OUTER, 0);
  await listenAt(INNER, port);
});
afterAll(() => {
  for (const receiver of receivers) receiver.close();
});
beforeEach(() => {
  reached = [];
});

/** Sends to a name that has these addresses, one list for each time that it is asked for. */
async function sendTo(answers: string[][], isOuter: (address: string) => boolean) {
  let asked = 0;
  const post = poster(new Set(), {
    isOuter,
    lookup: (_name, _options, done) => {
      const addresses = answers[Math.min(asked, answers.length - 1)] ?? [];
      asked += 1;
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    },
  });
  const failure: unknown = await post({ url: `https://hook.test:${port}/x`, headers: {}, body: '{}' }).catch(
    (error: unknown) => error,
  );
  return { asked, failure };
}

describe('poster', () => {
  it('connects to the very address that it looked at, though the name has another a moment later', async () => {
    const { asked } = await sendTo([[OUTER], [INNER]], (address) => address === OUTER);
    expect({ asked, reached }).toEqual({ asked: 1, reached: [OUTER] });
  });

  it.each([[[INNER, OUTER]], [[OUTER, INNER]], [['::1', INNER, OUTER, INNER]]])(
    'connects to the outer one alone of a name with the addresses %j',
    async (addresses) => {
      await sendTo([addresses], (address) => address === OUTER);
      expect(reached).toEqual([OUTER]);
    },
  );

  it.each(
    [
      [OUTER, INNER, '10.0.0.1', '169.254.169.254'],
      ['::1', 'fd00::1', 'fe80::1%lo'],
      ['::ffff:127.0.0.1', '::ffff:7f00:1', '::127.0.0.1'],
      ['64:ff9b::127.0.0.1', '64:ff9b::7f00:1', '64:ff9b:1::7f00:1'],
      ['2002:7f00:1::', '2002:a00:1::1', '2001:0:7f00:1::'],
      [],
    ].map((addresses) => [addresses]),
  )('connects to none of a name with the addresses %j', async (addresses) => {
    const { failure } = await sendTo([addresses], isOuterAddress);
    expect(failure).toBeInstanceOf(NotAllowed);
    expect(reached).toEqual([]);
  });

  it.each([
    'https://2130706433',
    'https://0x7f.1',
    'https://127.1.',
    'https://[::ffff:127.0.0.1]',
    'https://[64:ff9b::7f00:1]',
    'https://[2002:7f00:1::]',
    'http://hook.test',
  ])('does not even ask for a name at %s', async (origin) => {
    let asked = 0;
    const post = poster(new Set(), {
      isOuter: isOuterAddress,
      lookup: () => {
        asked += 1;
      },
    });
    await expect(post({ url: `${origin}:${port}/`, headers: {}, body: '' })).rejects.toBeInstanceOf(
      NotAllowed,
    );
    expect({ asked, reached }).toEqual({ asked: 0, reached: [] });
  });
});
