/** A text in the two languages of the product. */
export interface Words {
  readonly zh: string;
  readonly en: string;
}

/** One chapter of the protocol's description; each paragraph is plain text in which `code` is marked by backticks. */
export interface Chapter {
  readonly id: string;
  readonly title: Words;
  readonly paragraphs: readonly Words[];
}

/** What a third party must know to write a player, beyond the shapes of requests and answers. */
export const PROTOCOL: readonly Chapter[] = [
  {
    id: 'pairing',
    title: { en: '1. Pairing', zh: '1. 配对' },
    paragraphs: [
      {
        en: 'A box without an identity sends `POST /api/player/v1/pairings` and shows the six-character `code`. It then asks `GET /api/player/v1/pairings/current` with `Authorization: Bearer <secret>` every few seconds. Staff type the code in the console and choose the endpoint; the next answer is `paired` with a `token`, the `endpointId` and `serverKeys`. The token is told once: store it, and send it as `Authorization: Bearer <token>` from then on. A box that staff prepared sends its single-use token to `POST /api/player/v1/enrolments` instead.',
        zh: '没有身份的设备先调用 `POST /api/player/v1/pairings`，在屏幕上显示六位 `code`，然后每隔几秒携带 `Authorization: Bearer <secret>` 查询 `GET /api/player/v1/pairings/current`。工作人员在控制台输入该码并选择终端后，下一次应答为 `paired`，其中包含 `token`、`endpointId` 和 `serverKeys`。token 只给一次：请妥善保存，此后以 `Authorization: Bearer <token>` 发送。预先准备好的设备改用一次性令牌调用 `POST /api/player/v1/enrolments`。',
      },
      {
        en: 'Pin `serverKeys` (Ed25519 public keys as JWK). Never show anything that is not signed by a pinned key, and never take keys from anywhere else than pairing or enrolment, but for one case: a manifest signed by a key that you have not pinned. Then ask `GET /api/player/v1/keys` and follow the rotations from your pinned key on, each signed by the key that it gives up.',
        zh: '请固定保存 `serverKeys`（JWK 形式的 Ed25519 公钥）。未经固定公钥签名的内容一律不得播出；除配对或登记外，不得从任何其他途径接受公钥；唯一例外是清单由未固定的公钥签名：此时查询 `GET /api/player/v1/keys`，从已固定的公钥开始逐条跟随轮换声明，每条声明都必须由被替换的公钥签名。',
      },
    ],
  },
  {
    id: 'manifest',
    title: { en: '2. Manifest', zh: '2. 清单' },
    paragraphs: [
      {
        en: '`GET /api/player/v1/manifest` answers a compact JWS (RFC 7515), content type `application/jose`. Check, in this order: the protected header has `alg` "EdDSA" and `typ` "beacon-manifest"; its `kid` is the `kid` of a pinned key; the signature (Ed25519, RFC 8037) over `header.payload` is right; the payload is a `Manifest` of `version` 1; `endpoint.id` is yours; `serial` is not lower than the highest one you have accepted. If any of these fails, keep playing what you have and say so in the next health report.',
        zh: '`GET /api/player/v1/manifest` 返回紧凑格式的 JWS（RFC 7515），内容类型为 `application/jose`。请依次检查：受保护头中 `alg` 为 "EdDSA"、`typ` 为 "beacon-manifest"；`kid` 属于已固定的公钥；对 `header.payload` 的签名（Ed25519，RFC 8037）正确；载荷是 `version` 为 1 的 `Manifest`；`endpoint.id` 是本终端；`serial` 不小于已接受过的最大值。任何一项不符，请继续播放现有节目，并在下一次健康报告中说明。',
      },
      {
        en: 'Poll about every 30 seconds (with some jitter), sending the last `ETag` in `If-None-Match`; an unchanged programme answers 304. `GET /api/player/v1/events` (server-sent events) tells the same facts sooner: `manifest` means ask now, `override` carries a signed statement (`typ` "beacon-override"), `resend` names missing plays, `ping` keeps the line open.',
        zh: '大约每 30 秒轮询一次（加少许随机抖动），在 `If-None-Match` 中带上上次的 `ETag`；节目未变时返回 304。`GET /api/player/v1/events`（SSE）会更早告知同样的事实：`manifest` 表示立即来取，`override` 携带签名声明（`typ` 为 "beacon-override"），`resend` 指出缺失的播放记录，`ping` 用于保持连接。',
      },
    ],
  },
  {
    id: 'playing',
    title: { en: '3. What to play when', zh: '3. 何时播什么' },
    paragraphs: [
      {
        en: 'Find the `programme` entry with `from` ≤ now < `to`; none means closed: play nothing. Take its loop. A spot starts at `from` + `atMs` and lasts `durationMs`; where the entry is longer than the loop’s `lengthMs`, the loop begins again. The last spot may run past the end of its entry; then the first spots of the next entry that have begun meanwhile are skipped. Coming in late, join a film only at its start: wait for the next spot rather than showing the middle.',
        zh: '查找满足 `from` ≤ 当前时间 < `to` 的 `programme` 条目；没有则表示关闭，不播放。取其轮播单：每个播出位从 `from` + `atMs` 开始，持续 `durationMs`；若条目比轮播单的 `lengthMs` 更长，则轮播单从头再来。最后一个播出位可以越过条目结尾，此时下一条目中已经开始的播出位跳过。若中途加入，只从影片开头播放：宁可等待下一个播出位，也不从中间播起。',
      },
      {
        en: 'Offline, go on with the manifest you hold. After `validUntil`, repeat what the same hour of the week last played.',
        zh: '离线时继续使用已有清单。超过 `validUntil` 后，重复一周中同一小时最近一次的节目。',
      },
    ],
  },
  {
    id: 'media',
    title: { en: '4. Media', zh: '4. 媒体文件' },
    paragraphs: [
      {
        en: 'Fetch every entry of `media` from its `url` (a path on this server, or an absolute address) with the player token; `Range` works. Compute the SHA-256 of the whole file and compare it with `sha256` before the first byte is shown; throw away what does not match. Files named by their hash never change: keep them as long as there is room.',
        zh: '使用播放器令牌，从 `media` 各条目的 `url`（本服务器路径或绝对地址）获取文件，支持 `Range`。在显示任何内容之前，先计算整个文件的 SHA-256 并与 `sha256` 比对；不符者丢弃。以哈希命名的文件永不改变，空间足够时请一直保留。',
      },
    ],
  },
  {
    id: 'plays',
    title: { en: '5. Plays, exactly once', zh: '5. 播放记录，恰好一次' },
    paragraphs: [
      {
        en: 'Number your plays 1, 2, 3 … within an `epoch`: a random name (8 to 64 of A-Z a-z 0-9 _ -) for one life of your storage. Write the play to storage before you send it; never give one number to two plays; start a new epoch only when the storage was lost. Send batches to `POST /api/player/v1/plays`, at most 1,000 plays and 1 MiB each.',
        zh: '在一个 `epoch`（存储的一次生命周期的随机名称，8 至 64 个 A-Z a-z 0-9 _ - 字符）内，播放记录按 1、2、3…… 编号。先写入本地存储再发送；同一编号绝不用于两次播放；只有存储丢失后才启用新的 epoch。分批发送到 `POST /api/player/v1/plays`，每批不超过 1000 条、1 MiB。',
      },
      {
        en: 'Sending again is always safe, in any order: a number is counted once, later copies come back as `duplicates`. The answer leaves only after the count is on disk. Delete exactly what `received` covers (closed ranges [from, to]); `missing` are holes: send those. `rejected` plays are kept by the server with a reason but not counted; they are covered by `received` too. `startedAt` is in the server\u2019s time: correct your clock by the `now` of the health answer or the `Date` header.',
        zh: '重复发送、乱序发送总是安全的：每个编号只计一次，其余副本计入 `duplicates`。应答只在计数落盘之后发出。请仅删除 `received` 覆盖的记录（闭区间 [from, to]）；`missing` 是空洞，请补发。`rejected` 的记录由服务器连同原因保留但不计数，同样包含在 `received` 之内。`startedAt` 以服务器时间为准：请用健康应答中的 `now` 或 `Date` 头校正本机时钟。',
      },
    ],
  },
  {
    id: 'emergencies',
    title: { en: '6. Emergencies', zh: '6. 应急插播' },
    paragraphs: [
      {
        en: 'A statement is a compact JWS with `typ` "beacon-override" whose payload is an `Override`. Check it as you check a manifest, then: `endpoints` names yours; `serial` is higher than that of any statement you hold about the same `overrideId`; `until` is still to come. Keep it on your storage until `until`, the withdrawals too, and check it again after a restart. From `from` until `until` it takes over: show its `media` over and over, or set `title` and `body` yourself, marked as a drill where `drill` says so. Of several, the real one goes before the drill, then by `severity` (extreme, severe, moderate, minor), then the later `from`, then the higher `overrideId`. Afterwards be where the programme is by then. Material for it stands in the manifest under `overrides`: hold it ready.',
        zh: '应急声明是 `typ` 为 "beacon-override" 的紧凑 JWS，载荷为 `Override`。像校验清单一样校验，并确认：`endpoints` 包含本终端；`serial` 大于已有的同一 `overrideId` 的任何声明；`until` 尚未到来。请保存到 `until` 为止（撤回声明也要保存），重启后重新校验。从 `from` 到 `until` 由其接管画面：循环播放 `media`，或自行排版 `title` 和 `body`；`drill` 为真时须标明演练。同时有多条时，真实警情先于演练，其次按 `severity`（extreme、severe、moderate、minor），再次 `from` 较晚者，最后 `overrideId` 较大者。结束后回到节目单当时的位置。所需素材列在清单的 `overrides` 中，请预先下载。',
      },
      {
        en: 'The stream brings statements at once, and all that stand on every connection. Every manifest answer, also 304, has the header `beacon-overrides` while any stand: when its value is new to you, fetch `GET /api/player/v1/overrides`. Tell `POST /api/player/v1/receipts` what became of each: `shown` with the first frame or sample, `ended` with the reason (over, withdrawn, preempted, playerRestarted), `refused` when it cannot be put on. Send again until it is answered.',
        zh: '事件流会立即送达声明，并在每次连接时送达全部有效声明。只要有有效声明，每个清单应答（包括 304）都带有 `beacon-overrides` 头：其值有变化时，请调用 `GET /api/player/v1/overrides`。通过 `POST /api/player/v1/receipts` 回报结果：首帧或首个采样输出时 `shown`；结束时 `ended` 并附原因（over、withdrawn、preempted、playerRestarted）；无法播出时 `refused`。未得到应答前请重复发送。',
      },
    ],
  },
  {
    id: 'commands',
    title: { en: '7. Commands', zh: '7. 远程指令' },
    paragraphs: [
      {
        en: 'A player may let staff set its volume, restart it, boot its box anew, or ask what is on its screen. It names what it carries out in `offers` of its health report (`volume`, `restart`, `reboot`, `picture`); a player that names nothing is never asked, and may ignore this chapter. A command is a compact JWS with `typ` "beacon-command" whose payload is a `Command`. It comes in the stream as `command`, and under `commands` of `GET /api/player/v1/overrides`, which `beacon-overrides` announces as it announces emergencies. Check it as you check a manifest, then: `endpointId` is yours; `serial` is higher than that of any command you took up; `until` is still to come by the server\u2019s time. Write the serial to storage before you do anything, so that a copy or a restart never does it twice. Tell `POST /api/player/v1/command-receipts` what became of it; a restart is told as `done` by the run that comes after it. The volume is the programme\u2019s: emergencies stay as loud as the box can. A picture is a JPEG of at most 640 pixels a side and 300,000 bytes, as base64.',
        zh: '播放器可以让工作人员调节音量、重启播放器、重启设备或查看屏幕画面。支持哪些指令，请在健康报告的 `offers` 中列出（`volume`、`restart`、`reboot`、`picture`）；未列出的播放器不会收到指令，可忽略本章。指令是 `typ` 为 "beacon-command" 的紧凑 JWS，载荷为 `Command`；通过事件流的 `command` 送达，也列在 `GET /api/player/v1/overrides` 的 `commands` 中，并像应急声明一样由 `beacon-overrides` 头提示。像校验清单一样校验，并确认：`endpointId` 是本终端；`serial` 大于已受理过的任何指令；按服务器时间 `until` 尚未到来。执行之前先把 serial 写入存储，使副本或重启都不会让它执行两次。通过 `POST /api/player/v1/command-receipts` 回报结果；重启由重启之后的那次运行回报 `done`。音量只影响节目，应急插播始终以设备最大音量播出。截图为边长不超过 640 像素、不超过 30 万字节的 JPEG，以 base64 编码。',
      },
    ],
  },
  {
    id: 'errors',
    title: { en: '8. Errors', zh: '8. 错误' },
    paragraphs: [
      {
        en: 'Every refusal is `application/problem+json` (RFC 9457) with a stable `code`. 401 `token.unknown`: pair again. 429: wait for `Retry-After` seconds. 5xx or no answer: try again with growing, jittered pauses; keep playing meanwhile.',
        zh: '所有拒绝均为 `application/problem+json`（RFC 9457），带有稳定的 `code`。401 `token.unknown`：重新配对。429：等待 `Retry-After` 秒。5xx 或无应答：以逐渐加长并带抖动的间隔重试，期间继续播放。',
      },
    ],
  },
  {
    id: 'staff',
    title: { en: '9. Staff and programs', zh: '9. 工作人员与程序接入' },
    paragraphs: [
      {
        en: '`POST /api/session` with username and password sets a cookie for browsers and answers a `token` for programs: send it as `Authorization: Bearer <token>`. A session lives 24 hours after its last use. `DELETE /api/session` ends it. Each operation below says which roles may call it; an administrator may call all of them.',
        zh: '以用户名和密码调用 `POST /api/session`，浏览器得到 cookie，程序得到 `token`：以 `Authorization: Bearer <token>` 发送。会话在最后一次使用后保持 24 小时，`DELETE /api/session` 可结束会话。下文每个操作都注明了可调用的角色；管理员可以调用全部操作。',
      },
    ],
  },
];

/** The chapters as Markdown in one language, for the OpenAPI document. */
export function protocolMarkdown(lang: keyof Words): string {
  return PROTOCOL.map(({ title, paragraphs }) =>
    [`## ${title[lang]}`, ...paragraphs.map((paragraph) => paragraph[lang])].join('\n\n'),
  ).join('\n\n');
}
