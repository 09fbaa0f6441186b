import { inTurn } from '../base/in-turn.ts';
import { Refusal } from '../base/refusal.ts';
import type { Clock } from '../base/units.ts';
import { type Alert, alertOf } from './alert.ts';
import { judgeAlert } from './alert-judgement.ts';
import type { AlertSettings } from './alert-settings.ts';
import { signedAlertXml } from './alert-signature.ts';
import type { AlertStore, AlertVerdict, StoredAlert } from './alert-store.ts';
import { alertText, readAlertXml } from './alert-xml.ts';
import type { OverrideFlow } from './override-flow.ts';

/** Takes alerts of other systems in. */
export interface AlertFlow {
  /**
   * Reads an alert, keeps it and does what the rules say. One that came before changes nothing; `isNew` is false.
   * @throws Refusal alert.unreadable, alert.badSignature, request.tooLarge, request.tooMany
   */
  take(
    bytes: Uint8Array,
    from: { source: 'http' | 'folder'; actor: string },
  ): Promise<{ stored: StoredAlert; isNew: boolean }>;
}

/** Makes the flow. Alerts are taken one by one, since each may end what another raised. */
export function alertFlow(deps: {
  store: AlertStore;
  overrides: Pick<OverrideFlow, 'raiseByRule' | 'endByRule'>;
  now: Clock;
}): AlertFlow {
  const { store, overrides, now } = deps;
  const turns = inTurn(200, {
    en: 'Too many alerts wait; send it again in a while.',
    zh: '等待处理的预警过多，请稍后重新发送。',
  });

  async function work(stored: StoredAlert, alert: Alert, actor: string): Promise<StoredAlert> {
    const settings = await store.settings();
    const judgement = judgeAlert(alert, {
      now: now(),
      settings,
      areas: await store.areaCodes(),
      isSuperseded: await store.isSuperseded(alert),
    });
    const named = await store.raisedBy(alert.references, alert);
    const reasons = new Set(judgement.reasons);
    const raised: number[] = [];
    let verdict: AlertVerdict = 'logged';
    // What goes on the air ends what it replaces; only where nothing does, a proposal would.
    const fires = judgement.parts.some(({ action }) => action === 'fire');
    for (const [at, part] of judgement.parts.entries()) {
      const { action, reason: _, ...what } = part;
      const override = await overrides.raiseByRule(
        {
          ...what,
          replaces: action === 'fire' || !fires ? named : [],
          isConfirmed: action === 'fire',
          causeKey: `alert ${stored.id} ${at}`,
          cause: { alert: stored.id, sender: alert.sender, identifier: alert.identifier },
        },
        actor,
      );
      if (override === null) reasons.add('noEndpoint');
      else raised.push(override.id);
      if (override !== null && verdict !== 'fired') verdict = action === 'fire' ? 'fired' : 'asked';
    }
    if (judgement.endsNamed || (alert.msgType === 'Update' && raised.length === 0)) {
      for (const id of named) await overrides.endByRule(id, actor, `${alert.msgType} ${alert.identifier}`);
      if (named.length > 0) verdict = 'ended';
      else if (alert.msgType === 'Cancel') reasons.add('nothingToEnd');
    }
    return store.settle(stored.id, { verdict, reasons: [...reasons], overrideIds: raised }, actor);
  }

  return {
    async take(bytes, { source, actor }) {
      const xml = alertText(bytes);
      const settings = await store.settings();
      const { alert, signature } = trusted(xml, settings);
      return turns.run(async () => {
        const { stored, isNew } = await store.keep({ alert, xml, signature, source, receivedBy: actor });
        // Without a verdict a server died over it: what it raised already has its cause and is not raised twice.
        if (!isNew && stored.verdict !== null) return { stored, isNew: false };
        return { stored: await work(stored, alert, actor), isNew };
      });
    },
  };
}

/** The alert as far as it may be believed: where its sender has a key, what the signature covers and no more. */
function trusted(xml: string, { keys, requireSignature }: AlertSettings) {
  const claimed = alertOf(readAlertXml(xml));
  const pems = keys.filter(({ sender }) => sender === claimed.sender).map(({ pem }) => pem);
  if (pems.length === 0) {
    if (requireSignature)
      throw new Refusal('alert.badSignature', {
        en: `The alert was refused: no key of ${claimed.sender} is known.`,
        zh: `预警已被拒绝：没有登记 ${claimed.sender} 的密钥。`,
      });
    return { alert: claimed, signature: 'none' as const };
  }
  const alert = alertOf(readAlertXml(signedAlertXml(xml, pems)));
  if (alert.sender !== claimed.sender)
    throw new Refusal('alert.badSignature', {
      en: 'The alert was refused: its signature covers another sender.',
      zh: '预警已被拒绝：签名对应的是另一发送方。',
    });
  return { alert, signature: 'valid' as const };
}
