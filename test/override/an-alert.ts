/** One info block; what is left out has a common value. */
export interface InfoWords {
  readonly language?: string;
  readonly event?: string;
  readonly urgency?: string;
  readonly severity?: string;
  readonly certainty?: string;
  readonly headline?: string;
  readonly description?: string;
  readonly instruction?: string;
  readonly effective?: string;
  readonly onset?: string;
  readonly expires?: string;
  /** Inner XML of each area. */
  readonly areas?: readonly string[];
}

/** An alert in words; what is left out has a common value. */
export interface AlertWords {
  readonly sender?: string;
  readonly identifier: string;
  readonly sent?: string;
  readonly status?: string;
  readonly msgType?: string;
  readonly scope?: string;
  readonly references?: string;
  readonly infos?: readonly InfoWords[];
}

/** A square of a tenth of a degree around 111.6 E 40.8 N. */
export const SQUARE = '<polygon>40.75,111.55 40.75,111.65 40.85,111.65 40.85,111.55 40.75,111.55</polygon>';

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** A CAP 1.2 document. */
export function capXml(words: AlertWords): string {
  const { sender = 'met@example.cn', sent = '2027-02-05T10:00:00+08:00' } = words;
  const { status = 'Actual', msgType = 'Alert', scope = 'Public', references, infos = [{}] } = words;
  const infoXml = (info: InfoWords): string => {
    const { urgency = 'Immediate', severity = 'Extreme', certainty = 'Observed', areas = [SQUARE] } = info;
    const optional = (['effective', 'onset', 'expires'] as const).map((name) =>
      info[name] === undefined ? '' : `<${name}>${info[name]}</${name}>`,
    );
    return (
      `<info><language>${info.language ?? 'zh-CN'}</language><category>Fire</category>` +
      `<event>${escaped(info.event ?? '森林火灾')}</event><urgency>${urgency}</urgency>` +
      `<severity>${severity}</severity><certainty>${certainty}</certainty>${optional.join('')}` +
      `<headline>${escaped(info.headline ?? '森林火灾红色预警')}</headline>` +
      `<description>${escaped(info.description ?? '火势正向东蔓延。')}</description>` +
      `<instruction>${escaped(info.instruction ?? '请立即向西撤离。')}</instruction>` +
      `${areas.map((area) => `<area><areaDesc>东城</areaDesc>${area}</area>`).join('')}</info>`
    );
  };
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">` +
    `<identifier>${words.identifier}</identifier><sender>${sender}</sender><sent>${sent}</sent>` +
    `<status>${status}</status><msgType>${msgType}</msgType><scope>${scope}</scope>` +
    `${references === undefined ? '' : `<references>${references}</references>`}${infos.map(infoXml).join('')}</alert>`
  );
}
