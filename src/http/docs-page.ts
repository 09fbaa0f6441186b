import { html } from 'hono/html';
import { type OpenApiDocument, type Operation, operationOf } from './openapi-document.ts';
import { PROTOCOL, type Words } from './protocol-prose.ts';

type Lang = keyof Words;
type Markup = ReturnType<typeof html>;

const WORDS = {
  title: { zh: '烽火台 · 接口文档', en: 'Beacon Tower · API' },
  brand: { zh: '烽火台', en: 'Beacon Tower' },
  subtitle: { zh: '接口文档', en: 'API reference' },
  intro: {
    zh: '本页由服务器自己的 OpenAPI 3.1 文档生成。只凭这份文档，第三方即可编写播放器或接入程序。',
    en: 'This page is made from the server’s own OpenAPI 3.1 document. From that document alone a third party can write a player or a client.',
  },
  protocol: { zh: '播放器协议', en: 'The player protocol' },
  operations: { zh: '操作', en: 'Operations' },
  schemas: { zh: '数据结构', en: 'Schemas' },
  parameters: { zh: '参数', en: 'Parameters' },
  body: { zh: '请求体', en: 'Request body' },
  answer: { zh: '应答', en: 'Answers' },
  open: { zh: '公开', en: 'open' },
  player: { zh: '播放器', en: 'player' },
  required: { zh: '必填', en: 'required' },
  home: { zh: '状态页', en: 'Status' },
  download: { zh: '下载 openapi.json', en: 'Download openapi.json' },
} as const satisfies Record<string, Words>;

const ROLE_WORDS: Readonly<Record<string, Words>> = {
  viewer: { zh: '查看', en: 'viewer' },
  editor: { zh: '编辑', en: 'editor' },
  reviewer: { zh: '审核', en: 'reviewer' },
  operator: { zh: '值守', en: 'operator' },
  administrator: { zh: '管理员', en: 'administrator' },
};
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

interface Entry {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/** The OpenAPI document as a readable page in one language; needs no script. */
export function docsPage(document: OpenApiDocument, lang: Lang): Markup {
  const t = (key: keyof typeof WORDS): string => WORDS[key][lang];
  const groups = operationsByTag(document);
  const schemas = Object.entries(document.components?.schemas ?? {});
  return html`<!doctype html>
<html lang="${lang === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${t('title')}</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/pages/base.css">
<link rel="stylesheet" href="/pages/docs.css">
</head>
<body class="docs">
<header class="bar">
<a class="brand" href="/"><img src="/favicon.svg" alt="" width="28" height="28"><span>${t('brand')}</span><small>${t('subtitle')} ${document.info.version}</small></a>
<nav><a href="/status">${t('home')}</a><a href="/openapi.json" download="openapi.json">${t('download')}</a><a href="/docs?lang=${lang === 'zh' ? 'en' : 'zh'}" lang="${lang === 'zh' ? 'en' : 'zh-CN'}">${lang === 'zh' ? 'English' : '中文'}</a></nav>
</header>
<div class="columns">
<nav class="contents" aria-label="${t('subtitle')}">
<h2>${t('protocol')}</h2>
<ul>${PROTOCOL.map((chapter) => html`<li><a href="#${chapter.id}">${chapter.title[lang]}</a></li>`)}</ul>
<h2>${t('operations')}</h2>
${groups.map(
  ([tag, entries]) =>
    html`<h3>${tag}</h3><ul>${entries.map(
      (entry) =>
        html`<li><a href="#${anchor(entry)}"><b class="m ${entry.method}">${entry.method}</b> ${entry.path}</a></li>`,
    )}</ul>`,
)}
<h2>${t('schemas')}</h2>
<ul>${schemas.map(([name]) => html`<li><a href="#schema-${name}">${name}</a></li>`)}</ul>
</nav>
<main>
<p class="intro">${t('intro')}</p>
<section><h1>${t('protocol')}</h1>
${PROTOCOL.map(
  (chapter) =>
    html`<h2 id="${chapter.id}">${chapter.title[lang]}</h2>${chapter.paragraphs.map((p) => html`<p>${inline(p[lang])}</p>`)}`,
)}
</section>
<section><h1>${t('operations')}</h1>
${groups.map(([tag, entries]) => html`<h2>${tag}</h2>${entries.map((entry) => operationCard(entry, lang))}`)}
</section>
<section><h1>${t('schemas')}</h1>
${schemas.map(
  ([name, schema]) =>
    html`<details class="card"><summary><code>${name}</code></summary><div id="schema-${name}">${schemaTree(schema, lang)}</div></details>`,
)}
</section>
</main>
</div>
</body>
</html>`;
}

function operationCard({ method, path, operation }: Entry, lang: Lang): Markup {
  const answers = Object.entries(operation.responses ?? {});
  const parameters = operation.parameters ?? [];
  const body = Object.entries(operation.requestBody?.content ?? {});
  return html`<details class="card">
<summary><b class="m ${method}">${method}</b><code class="path">${path}</code><span class="what">${operation.summary ?? ''}</span><span class="who">${whoMayCall(operation, lang)}</span></summary>
<div id="${anchor({ method, path })}">
${operation.description ? html`<p>${inline(operation.description)}</p>` : ''}
${
  parameters.length > 0
    ? html`<h4>${WORDS.parameters[lang]}</h4><ul class="fields">${parameters.map(
        (p) =>
          html`<li><code>${p.name}</code> <i>${p.in}</i> <span class="type">${typeOf(p.schema)}</span>${p.required ? html` <em>${WORDS.required[lang]}</em>` : ''} ${p.description ?? ''}</li>`,
      )}</ul>`
    : ''
}
${body.map(([type, media]) => html`<h4>${WORDS.body[lang]} <code>${type}</code></h4>${schemaTree(media.schema, lang)}`)}
<h4>${WORDS.answer[lang]}</h4>
${answers.map(
  ([status, answer]) => html`<div class="answer"><b class="status">${status}</b> ${answer.description ?? ''}
${
  status === '4XX'
    ? html` <a href="#schema-Problem">Problem</a>`
    : Object.entries(answer.content ?? {}).map(
        ([type, media]) => html`<code class="media">${type}</code>${schemaTree(media.schema, lang)}`,
      )
}</div>`,
)}
</div></details>`;
}

interface LooseSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, LooseSchema>>;
  readonly required?: readonly string[];
  readonly items?: LooseSchema;
  readonly prefixItems?: readonly LooseSchema[];
  readonly anyOf?: readonly LooseSchema[];
  readonly oneOf?: readonly LooseSchema[];
}

function schemaTree(given: object | undefined, lang: Lang): Markup | string {
  const schema = (given ?? {}) as LooseSchema;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices?.some((choice) => choice.properties)) {
    return html`<ol class="choices">${choices.map((choice) => html`<li>${schemaTree(choice, lang)}</li>`)}</ol>`;
  }
  if (schema.items?.properties) return schemaTree(schema.items, lang);
  const fields = Object.entries(schema.properties ?? {});
  if (fields.length === 0) return html`<p class="type">${typeOf(schema)} ${schema.description ?? ''}</p>`;
  return html`<ul class="fields">${fields.map(([name, field]) => {
    const inner = field.items ?? field;
    const isNested = inner.properties || (inner.anyOf ?? inner.oneOf)?.some((choice) => choice.properties);
    const required = schema.required?.includes(name);
    return html`<li><code>${name}</code> <span class="type">${typeOf(field)}</span>${required ? html` <em>${WORDS.required[lang]}</em>` : ''} ${field.description ?? ''}${isNested ? schemaTree(inner, lang) : ''}</li>`;
  })}</ul>`;
}

function typeOf(given: object | undefined): string {
  const schema = (given ?? {}) as LooseSchema;
  if (schema.$ref) return schema.$ref.split('/').at(-1) ?? '';
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return choices.map(typeOf).join(' | ');
  if (schema.prefixItems) return `[${schema.prefixItems.map(typeOf).join(', ')}]`;
  if (schema.items) return `${typeOf(schema.items)}[]`;
  const type = [schema.type ?? 'any'].flat().join(' | ');
  return schema.format ? `${type} (${schema.format})` : type;
}

function whoMayCall(operation: Operation, lang: Lang): Markup {
  const roles = operation['x-roles'] ?? [];
  const forPlayers = operation.security?.some((scheme) => 'playerToken' in scheme);
  if (roles.length === 0 && !forPlayers) return html`<i class="open">${WORDS.open[lang]}</i>`;
  return html`${forPlayers ? html`<i>${WORDS.player[lang]}</i>` : ''}${roles.map((role) => html`<i>${ROLE_WORDS[role]?.[lang] ?? role}</i>`)}`;
}

function operationsByTag(document: OpenApiDocument): [string, Entry[]][] {
  const groups = new Map<string, Entry[]>();
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const method of METHODS) {
      const operation = operationOf(item, method);
      if (!operation) continue;
      const tag = operation.tags?.[0] ?? '';
      groups.set(tag, [...(groups.get(tag) ?? []), { method, path, operation }]);
    }
  }
  return [...groups].sort(([a], [b]) => a.localeCompare(b, 'en'));
}

function anchor({ method, path }: { method: string; path: string }): string {
  return `${method}${path.replace(/[^A-Za-z0-9]+/g, '-')}`.replace(/-$/, '');
}

/** Text with `code` marked by backticks. */
function inline(text: string): Markup[] {
  const pieces = text.split('`');
  return pieces.map((piece, i) => (i % 2 === 1 ? html`<code>${piece}</code>` : html`${piece}`));
}
