import { SaxesParser } from 'saxes';
import { Refusal } from '../base/refusal.ts';
import type { Sentence } from '../base/sentence.ts';
import type { Bytes } from '../base/units.ts';

/** The largest alert that is read. */
export const LONGEST_ALERT: Bytes = 262_144;
/** CAP itself needs five levels, a signature six. */
const DEEPEST = 20;
const MOST_ELEMENTS = 5_000;

/** Namespace of CAP 1.2 (OASIS CAP 1.2 §3.1). */
const CAP = 'urn:oasis:names:tc:emergency:cap:1.2';

/** One element of CAP's namespace. */
export interface XmlElement {
  readonly name: string;
  /** The text right inside it, trimmed. */
  readonly text: string;
  readonly children: readonly XmlElement[];
}

/** Bytes as text: UTF-8 and nothing else. @throws Refusal alert.unreadable, request.tooLarge */
export function alertText(bytes: Uint8Array): string {
  if (bytes.byteLength > LONGEST_ALERT)
    throw new Refusal('request.tooLarge', {
      en: `An alert has at most ${LONGEST_ALERT} bytes.`,
      zh: `预警最大 ${LONGEST_ALERT} 字节。`,
    });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw unreadable({ en: 'it is not UTF-8', zh: '不是 UTF-8 编码' });
  }
}

/**
 * Reads the elements of CAP out of an XML document. There is no document type, so no entities but XML's own
 * five: bombs and outside files cannot be named. Depth and number of elements are bounded; elements of other
 * namespaces, a signature among them, are passed over.
 * @throws Refusal alert.unreadable
 */
export function readAlertXml(text: string): XmlElement {
  const parser = new SaxesParser({ xmlns: true });
  interface Open {
    readonly name: string;
    readonly isCap: boolean;
    text: string;
    readonly children: XmlElement[];
  }
  const open: Open[] = [];
  let root: XmlElement | null = null;
  let elements = 0;
  parser.on('doctype', () => {
    throw unreadable({
      en: 'it has a document type, which alerts may not have',
      zh: '含有文档类型声明，预警中不允许',
    });
  });
  parser.on('processinginstruction', () => {
    throw unreadable({
      en: 'it has a processing instruction, which alerts may not have',
      zh: '含有处理指令，预警中不允许',
    });
  });
  parser.on('xmldecl', ({ encoding }) => {
    if (encoding !== undefined && encoding.toLowerCase() !== 'utf-8')
      throw unreadable({ en: 'its encoding is not UTF-8', zh: '声明的编码不是 UTF-8' });
  });
  parser.on('opentag', ({ local, uri }) => {
    elements += 1;
    if (open.length >= DEEPEST)
      throw unreadable({ en: `it is nested deeper than ${DEEPEST} elements`, zh: `嵌套超过 ${DEEPEST} 层` });
    if (elements > MOST_ELEMENTS)
      throw unreadable({
        en: `it has more than ${MOST_ELEMENTS} elements`,
        zh: `元素超过 ${MOST_ELEMENTS} 个`,
      });
    if (open.length === 0 && (uri !== CAP || local !== 'alert'))
      throw unreadable({ en: 'its root is not an alert of CAP 1.2', zh: '根元素不是 CAP 1.2 的 alert' });
    open.push({
      name: local,
      isCap: uri === CAP && open.every(({ isCap }) => isCap),
      text: '',
      children: [],
    });
  });
  const onText = (piece: string): void => {
    const inner = open.at(-1);
    if (inner?.isCap) inner.text += piece;
  };
  parser.on('text', onText);
  parser.on('cdata', onText);
  parser.on('closetag', () => {
    const closed = open.pop();
    if (!closed?.isCap) return;
    const element = { name: closed.name, text: closed.text.trim(), children: closed.children };
    const outer = open.at(-1);
    if (outer) outer.children.push(element);
    else root = element;
  });
  try {
    parser.write(text).close();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const why = error instanceof Error ? error.message.slice(0, 200) : String(error);
    throw unreadable({ en: `it is not well-formed XML (${why})`, zh: `不是格式正确的 XML（${why}）` });
  }
  if (!root) throw unreadable({ en: 'it has no root', zh: '没有根元素' });
  return root;
}

/** @internal the one sentence for everything that is no readable alert */
function unreadable(why: Sentence): Refusal {
  return new Refusal('alert.unreadable', {
    en: `The alert cannot be read: ${why.en}.`,
    zh: `预警无法读取：${why.zh}。`,
  });
}
