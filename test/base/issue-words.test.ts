import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { customIssue, otherwise, partsOf } from '../../src/base/issue-words.ts';

/** What is told of a value that the schema does not take, as `where: message`. */
function told(schema: z.ZodType, given: unknown) {
  const { error } = schema.safeParse(given);
  if (!error) throw new Error('the schema takes it');
  const parts = partsOf(error, given);
  return {
    en: parts.map(({ where, message }) => `${where}: ${message.en}`),
    zh: parts.map(({ where, message }) => `${where}: ${message.zh}`),
  };
}

const field = (schema: z.ZodType, given: unknown) => {
  const { en, zh } = told(z.object({ a: schema }), { a: given });
  return [en.join(), zh.join()];
};

describe('partsOf', () => {
  test.each([
    ['a number', z.number()],
    ['a whole number', z.int()],
    ['one of a list', z.enum(['x', 'y'])],
    ['a date', z.iso.date()],
    ['a number written as text', z.coerce.number<string>().int()],
    ['one of several forms', z.union([z.string(), z.number()])],
    ['a nested object', z.object({ b: z.string() })],
  ])('tells %s that is not there as missing', (_, schema) => {
    expect(told(z.object({ a: schema }), {})).toEqual({ en: ['a: is missing'], zh: ['a: 缺少此项'] });
  });

  test.each([
    [z.number(), 'x', 'must be a number', '必须是数字'],
    [z.coerce.number<string>(), 'x', 'must be a number', '必须是数字'],
    [z.int(), 1.5, 'must be a whole number', '必须是整数'],
    [z.string(), 3, 'must be a text', '必须是文本'],
    [z.string(), null, 'must be a text', '必须是文本'],
    [z.boolean(), 'no', 'must be true or false', '必须是 true 或 false'],
    [z.array(z.int()), {}, 'must be a list', '必须是列表'],
    [z.object({}), 'x', 'must be an object with fields', '必须是带字段的对象'],
    [z.union([z.string(), z.number()]), null, 'must be a text or a number', '必须是文本或数字'],
    [z.int().min(3), 2, 'must be at least 3', '不能小于 3'],
    [z.int().min(0), -1, 'must not be negative', '不能为负数'],
    [z.int().max(3), 4, 'must be at most 3', '不能大于 3'],
    [z.number().positive(), 0, 'must be greater than 0', '必须大于 0'],
    [z.number().lt(1), 1, 'must be less than 1', '必须小于 1'],
    [z.number().multipleOf(5), 3, 'must be a multiple of 5', '必须是 5 的倍数'],
    [z.string().min(1), '', 'must not be empty', '不能为空'],
    [z.array(z.int()).min(1), [], 'must not be empty', '不能为空'],
    [z.string().min(8), 'x', 'must have at least 8 characters', '至少要有 8 个字符'],
    [z.string().max(2), 'abc', 'must have at most 2 characters', '最多 2 个字符'],
    [z.string().length(2), 'abc', 'must have exactly 2 characters', '必须正好有 2 个字符'],
    [z.array(z.int()).max(1), [1, 2], 'must have at most 1 entry', '最多 1 项'],
    [z.enum(['x', 'y']), 'z', 'must be one of x, y', '必须是以下之一：x、y'],
    [z.literal('x'), 'z', 'must be x', '必须是 x'],
    [z.iso.date(), '2027-02-30', 'must be a date such as 2027-02-05', '必须是有效日期，例如 2027-02-05'],
    [z.email(), 'x', 'must be an e-mail address', '必须是电子邮箱地址'],
    [z.string().regex(/^a+$/), 'b', 'must match the pattern ^a+$', '格式必须符合 ^a+$'],
  ])('words a fault plainly in both languages (case %#)', (schema, given, en, zh) => {
    expect(field(schema, given)).toEqual([`a: ${en}`, `a: ${zh}`]);
  });

  test('names each field that is not known', () => {
    expect(told(z.strictObject({ a: z.strictObject({}) }), { a: { aera: 1 }, x: 2 }).en).toEqual([
      'a.aera: is not known here; check the spelling',
      'x: is not known here; check the spelling',
    ]);
  });

  test('tells the kinds of a choice by its telling field', () => {
    const rate = z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('perHour'), plays: z.int() }),
      z.object({ kind: z.literal('share') }),
    ]);
    expect(told(rate, { kind: 'often' }).en).toEqual(['kind: must be one of perHour, share']);
    expect(told(rate, {}).en).toEqual(['kind: is missing']);
    expect(told(rate, { kind: 'perHour' }).en).toEqual(['plays: is missing']);
  });

  test('tells of a form with several shapes what is wrong with the nearest', () => {
    const shapes = z.object({ s: z.union([z.object({ x: z.int(), y: z.int() }), z.object({ r: z.int() })]) });
    expect(told(shapes, { s: { x: 1 } }).en).toEqual(['s.y: is missing']);
  });

  test('tells the key that a record cannot have', () => {
    const { zh } = told(z.record(z.string().min(2), z.int()), { x: 1 });
    expect(zh).toEqual(['x: 至少要有 2 个字符']);
  });

  test('gives the sentences of our own checks, at the field that they name', () => {
    const ordered = z
      .object({ from: z.int(), to: z.int() })
      .refine(({ from, to }) => from <= to, otherwise({ en: 'ends too early', zh: '结束过早' }, ['to']));
    expect(told(ordered, { from: 2, to: 1 })).toEqual({ en: ['to: ends too early'], zh: ['to: 结束过早'] });
    const odd = z.string().transform((_, context) => {
      context.addIssue(customIssue({ en: 'is odd', zh: '不对' }));
      return z.NEVER;
    });
    expect(field(odd, 'x')).toEqual(['a: is odd', 'a: 不对']);
  });

  test('puts a path before the others and tells fifty faults at most', () => {
    const many = Array.from({ length: 80 }, () => 'x');
    const { error } = z.array(z.int()).safeParse(many);
    const parts = error ? partsOf(error, many, ['days']) : [];
    expect(parts).toHaveLength(50);
    expect(parts[0]?.where).toBe('days.0');
  });
});
