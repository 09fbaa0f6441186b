import type { z } from 'zod';
import type { Sentence } from './sentence.ts';

type Issue = z.core.$ZodIssue;
type IssueOf<C extends Issue['code']> = Extract<Issue, { code: C }>;

/** Most faults that are told at once. */
const MOST_PARTS = 50;
const MISSING: Sentence = { en: 'is missing', zh: '缺少此项' };
const UNFIT: Sentence = { en: 'does not fit', zh: '不符合要求' };

const KINDS: Readonly<Record<string, Sentence>> = {
  string: { en: 'a text', zh: '文本' },
  number: { en: 'a number', zh: '数字' },
  int: { en: 'a whole number', zh: '整数' },
  boolean: { en: 'true or false', zh: ' true 或 false' },
  array: { en: 'a list', zh: '列表' },
  tuple: { en: 'a list', zh: '列表' },
  object: { en: 'an object with fields', zh: '带字段的对象' },
  record: { en: 'an object with fields', zh: '带字段的对象' },
  null: { en: 'null', zh: ' null' },
};

const FORMS: Readonly<Record<string, Sentence>> = {
  date: { en: 'must be a date such as 2027-02-05', zh: '必须是有效日期，例如 2027-02-05' },
  datetime: {
    en: 'must be a time with its offset, such as 2027-02-05T08:00:00Z',
    zh: '必须是带时区的时间，例如 2027-02-05T08:00:00Z',
  },
  time: { en: 'must be a time of day such as 08:30', zh: '必须是时刻，例如 08:30' },
  url: {
    en: 'must be a web address that begins with http:// or https://',
    zh: '必须是 http:// 或 https:// 开头的网址',
  },
  email: { en: 'must be an e-mail address', zh: '必须是电子邮箱地址' },
  uuid: { en: 'must be a UUID', zh: '必须是 UUID' },
};

/**
 * What a schema asks of a value beyond its type, told in both languages: the second argument of `refine`.
 * `path` names the field when the check looks at several.
 */
export function otherwise(sentence: Sentence, path: readonly string[] = []) {
  return { error: sentence.en, params: { sentence }, ...(path.length > 0 && { path: [...path] }) };
}

/** For texts of one line. */
export const NO_CONTROL_CHARACTERS = otherwise({
  en: 'must not contain control characters',
  zh: '不能含有控制字符',
});

/** The same as the fault of a `transform` or `superRefine`. */
export function customIssue(sentence: Sentence, path: readonly string[] = []) {
  return { code: 'custom' as const, message: sentence.en, params: { sentence }, path: [...path] };
}

/** One fault and where it is, as in `RefusalPart`. */
interface FaultAt {
  readonly where: string;
  readonly message: Sentence;
}

/** The faults that a schema found in `given`, as parts of a refusal; `below` goes before each path. */
export function partsOf(
  { issues }: { readonly issues: readonly Issue[] },
  given: unknown,
  below: readonly PropertyKey[] = [],
): FaultAt[] {
  return issues
    .flatMap((issue) => partsOfOne(issue, given))
    .slice(0, MOST_PARTS)
    .map(({ path, message }) => ({ where: [...below, ...path].map(String).join('.'), message }));
}

interface Fault {
  readonly path: readonly PropertyKey[];
  readonly message: Sentence;
}

function partsOfOne(issue: Issue, given: unknown): Fault[] {
  if (issue.code === 'unrecognized_keys') {
    const message = { en: 'is not known here; check the spelling', zh: '没有这个字段，请核对拼写' };
    return issue.keys.map((key) => ({ path: [...issue.path, key], message }));
  }
  if (issue.code !== 'custom' && valueAt(given, issue.path) === undefined)
    return [{ path: issue.path, message: MISSING }];
  if (issue.code === 'invalid_union') return partsOfUnion(issue, given);
  if (issue.code === 'invalid_key' || issue.code === 'invalid_element') {
    const [first] = issue.issues;
    return [{ path: issue.path, message: first ? wordsOf(first) : UNFIT }];
  }
  return [{ path: issue.path, message: wordsOf(issue) }];
}

/** Of several forms that a value may have, the faults of the one that it comes nearest to. */
function partsOfUnion(issue: IssueOf<'invalid_union'>, given: unknown): Fault[] {
  if ('options' in issue && issue.options) return [{ path: issue.path, message: oneOf(issue.options) }];
  const branches = issue.errors.filter((branch) => branch.some(({ path }) => path.length > 0));
  const [nearest] = branches.toSorted((a, b) => a.length - b.length);
  if (nearest) {
    const inside = valueAt(given, issue.path);
    return nearest
      .flatMap((one) => partsOfOne(one, inside))
      .map(({ path, message }) => ({ path: [...issue.path, ...path], message }));
  }
  const kinds = issue.errors.flatMap((branch) =>
    branch.flatMap((one) => (one.code === 'invalid_type' ? [kindOf(one.expected)] : [])),
  );
  if (kinds.length < issue.errors.length || kinds.length === 0) return [{ path: issue.path, message: UNFIT }];
  const message = {
    en: `must be ${kinds.map(({ en }) => en).join(' or ')}`,
    zh: `必须是${kinds.map(({ zh }) => zh).join('或')}`,
  };
  return [{ path: issue.path, message }];
}

function wordsOf(issue: Issue): Sentence {
  switch (issue.code) {
    case 'invalid_type': {
      const kind = kindOf(issue.expected);
      return { en: `must be ${kind.en}`, zh: `必须是${kind.zh}` };
    }
    case 'invalid_value':
      return oneOf(issue.values);
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array' ? tooShort(issue) : tooSmall(issue);
    case 'too_big':
      return issue.origin === 'string' || issue.origin === 'array' ? tooLong(issue) : tooBig(issue);
    case 'invalid_format':
      return FORMS[issue.format] ?? patternWords(issue.pattern);
    case 'not_multiple_of':
      return { en: `must be a multiple of ${issue.divisor}`, zh: `必须是 ${issue.divisor} 的倍数` };
    case 'custom':
      return sentenceOf(issue) ?? { en: issue.message, zh: issue.message };
    default:
      return UNFIT;
  }
}

function patternWords(pattern: string | undefined): Sentence {
  if (pattern === undefined) return { en: 'does not have the form that is asked for', zh: '格式不正确' };
  const plain = pattern.replace(/^\/(.*)\/\w*$/s, '$1');
  return { en: `must match the pattern ${plain}`, zh: `格式必须符合 ${plain}` };
}

function kindOf(expected: string): Sentence {
  return KINDS[expected] ?? { en: 'of another kind', zh: '其他类型' };
}

function oneOf(values: readonly unknown[]): Sentence {
  const list = values.map(String);
  if (list.length === 1) return { en: `must be ${list[0]}`, zh: `必须是 ${list[0]}` };
  return { en: `must be one of ${list.join(', ')}`, zh: `必须是以下之一：${list.join('、')}` };
}

function tooShort({ origin, minimum, exact }: IssueOf<'too_small'>): Sentence {
  const isList = origin === 'array';
  if (Number(minimum) === 1 && !exact) return { en: 'must not be empty', zh: '不能为空' };
  const [en, zh] = isList ? ['entries', '项'] : ['characters', '个字符'];
  if (exact) return { en: `must have exactly ${minimum} ${en}`, zh: `必须正好有 ${minimum} ${zh}` };
  return { en: `must have at least ${minimum} ${en}`, zh: `至少要有 ${minimum} ${zh}` };
}

function tooLong({ origin, maximum, exact }: IssueOf<'too_big'>): Sentence {
  const isOne = Number(maximum) === 1;
  const [en, zh] =
    origin === 'array' ? [isOne ? 'entry' : 'entries', '项'] : [isOne ? 'character' : 'characters', '个字符'];
  if (exact) return { en: `must have exactly ${maximum} ${en}`, zh: `必须正好有 ${maximum} ${zh}` };
  return { en: `must have at most ${maximum} ${en}`, zh: `最多 ${maximum} ${zh}` };
}

function tooSmall({ minimum, inclusive }: IssueOf<'too_small'>): Sentence {
  if (inclusive === false) return { en: `must be greater than ${minimum}`, zh: `必须大于 ${minimum}` };
  if (Number(minimum) === 0) return { en: 'must not be negative', zh: '不能为负数' };
  return { en: `must be at least ${minimum}`, zh: `不能小于 ${minimum}` };
}

function tooBig({ maximum, inclusive }: IssueOf<'too_big'>): Sentence {
  if (inclusive === false) return { en: `must be less than ${maximum}`, zh: `必须小于 ${maximum}` };
  return { en: `must be at most ${maximum}`, zh: `不能大于 ${maximum}` };
}

function sentenceOf({ params }: IssueOf<'custom'>): Sentence | null {
  const sentence: unknown = params?.sentence;
  if (typeof sentence !== 'object' || sentence === null) return null;
  const { en, zh } = sentence as Partial<Sentence>;
  return en !== undefined && zh !== undefined ? { en, zh } : null;
}

function valueAt(given: unknown, path: readonly PropertyKey[]): unknown {
  let value = given;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<PropertyKey, unknown>>)[key];
  }
  return value;
}
