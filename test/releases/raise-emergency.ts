import type { Answer } from '../support/server.ts';

/** As somebody with the right to: puts a sound on all endpoints that can play it. */
export async function raiseEmergency(
  ask: (method: 'POST' | 'PUT', path: string, body?: unknown) => Promise<Answer>,
  assetId: number,
): Promise<void> {
  await ask('PUT', '/api/standing-material', { assetIds: [assetId] });
  const raised = await ask('POST', '/api/overrides', {
    ...{ content: { assetId }, severity: 'extreme', minutes: 5 },
    aim: { all: true },
  });
  if (raised.status !== 201) throw new Error(JSON.stringify(raised.body));
  await ask('POST', `/api/overrides/${raised.body.id}/confirm`);
}
