import { inTurn, type Turns } from '../base/in-turn.ts';

/**
 * Reads over hours take a hundred times what days take, and a processor of the database each: one at a time leaves
 * connections and processors to players.
 */
export const heavyReads: Turns = inTurn(20, {
  en: 'Too many reports are being made; try again in a minute.',
  zh: '正在生成的报表过多，请一分钟后再试。',
});
