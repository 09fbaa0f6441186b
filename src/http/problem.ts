import { HTTPException } from 'hono/http-exception';
import { Refusal, type RefusalCode, type RefusalPart } from '../base/refusal.ts';
import type { Language, Sentence } from '../base/sentence.ts';
import { databaseRefusal } from './database-refusal.ts';

/** RFC 9457 problem details, with the stable code and the request's id. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: ProblemStatus;
  readonly code: RefusalCode | 'internal';
  readonly detail: string;
  readonly requestId: string;
  readonly parts?: readonly { readonly where: string; readonly message: string }[];
}

/** The statuses that a refusal can have, and 500 for bugs. */
type ProblemStatus = 400 | 401 | 403 | 404 | 405 | 409 | 410 | 413 | 415 | 416 | 422 | 429 | 500 | 503 | 507;

/** The one table in which a refusal becomes a number, and its title in English and Chinese. */
const PROBLEMS: Readonly<Record<RefusalCode, readonly [status: ProblemStatus, en: string, zh: string]>> = {
  'request.invalid': [422, 'The request does not fit', '请求内容不符合要求'],
  'request.malformed': [400, 'The request cannot be read', '请求无法读取'],
  'request.tooLarge': [413, 'The request is too large', '请求过大'],
  'request.unsupportedType': [415, 'This content type is not taken here', '此处不接受该内容类型'],
  'request.tooMany': [429, 'Too many requests', '请求过于频繁'],
  'request.wrongMethod': [405, 'This method is not known here', '此地址不支持该方法'],
  'request.crossSite': [403, 'The request came from another site', '请求来自其他网站'],
  'route.unknown': [404, 'There is nothing here', '此处没有内容'],
  'session.missing': [401, 'Please sign in', '请先登录'],
  'session.badCredentials': [401, 'The sign-in failed', '登录失败'],
  'session.codeNeeded': [401, 'A code is needed', '需要验证码'],
  'session.badCode': [401, 'The code is not right', '验证码不正确'],
  'session.passkeyNeeded': [401, 'Sign in with the passkey', '请使用通行密钥登录'],
  'session.unknown': [404, 'There is no such sign-in', '登录记录不存在'],
  'session.oneTimePassword': [403, 'Change the one-time password first', '请先修改一次性密码'],
  'session.secondFactorNeeded': [403, 'Set up two-step sign-in first', '请先开启两步验证'],
  'role.insufficient': [403, 'The role does not allow this', '当前角色无此权限'],
  'remit.insufficient': [403, 'This is for accounts of the whole county', '仅限管辖全部终端的账号'],
  'remit.outside': [403, 'This lies outside your remit', '超出管辖范围'],
  'secondFactor.conflict': [409, 'Two-step sign-in cannot take this step', '两步验证当前不能执行此操作'],
  'secondFactor.unreadable': [409, 'The second step cannot be read', '两步验证数据无法读取'],
  'passkey.refused': [401, 'The passkey was not accepted', '通行密钥未通过'],
  'passkey.conflict': [409, 'The passkey cannot be added', '无法添加通行密钥'],
  'passkey.unknown': [404, 'The passkey is not known', '通行密钥不存在'],
  'passkey.notHere': [409, 'No passkeys at this address', '此地址不能使用通行密钥'],
  'oidc.refused': [401, 'The single sign-on failed', '统一身份认证失败'],
  'oidc.notAllowed': [403, 'This account may not sign in here', '该账号无权登录'],
  'oidc.unreachable': [503, 'The identity provider does not answer', '统一身份认证服务无应答'],
  'scope.insufficient': [403, 'The key does not allow this', '密钥无此权限'],
  'key.unknown': [404, 'The key is not known', '密钥不存在'],
  'staff.unknown': [404, 'The account is not known', '账号不存在'],
  'staff.usernameTaken': [409, 'The username is taken', '用户名已被占用'],
  'staff.lastAdministrator': [409, 'An administrator must remain', '须保留一名管理员'],
  'token.unknown': [401, 'The token is not known', '令牌无效'],
  'pairing.unknown': [404, 'The pairing is not known', '配对不存在'],
  'pairing.expired': [410, 'The pairing has expired', '配对已过期'],
  'endpoint.unknown': [404, 'The endpoint is not known', '终端不存在'],
  'endpoint.nameTaken': [409, 'The endpoint exists already', '终端已存在'],
  'command.notOffered': [409, 'The player does not offer this', '播放器不支持此指令'],
  'command.pending': [409, 'The same command is on its way', '相同指令正在执行'],
  'command.unknown': [404, 'The command is not known', '指令不存在'],
  'picture.unknown': [404, 'There is no picture yet', '还没有截图'],
  'picture.unreadable': [422, 'The picture is no JPEG', '截图不是 JPEG'],
  'fleet.unreadable': [422, 'The list of endpoints cannot be read', '终端清单无法读取'],
  'asset.unknown': [404, 'The asset is not known', '素材不存在'],
  'asset.notMedia': [415, 'The file is neither film, picture nor sound', '文件不是影片、图片或声音'],
  'asset.damaged': [422, 'The file is damaged', '文件已损坏'],
  'asset.empty': [422, 'The file is empty', '文件为空'],
  'asset.tooLarge': [413, 'The file is too large', '文件过大'],
  'asset.notApproved': [409, 'The asset is not approved', '素材未通过审核'],
  'asset.inUse': [409, 'The asset is in use', '素材正在使用'],
  'upload.unknown': [404, 'The upload is not known', '上传任务不存在'],
  'upload.conflict': [409, 'The upload stands elsewhere', '上传进度不一致'],
  'upload.tooMany': [429, 'Too many unfinished uploads', '未完成的上传过多'],
  'upload.notExamined': [503, 'The file could not be examined', '文件未能检查'],
  'disk.full': [507, 'The disk is full', '磁盘空间不足'],
  'storage.unreachable': [503, 'The store of media does not answer', '媒体存储无法访问'],
  'rendition.unknown': [404, 'The conversion is not known', '转码任务不存在'],
  'rendition.notNow': [409, 'The conversion cannot take this step', '当前状态不能执行此操作'],
  'notice.unknown': [404, 'There is no such notice', '告示不存在'],
  'notice.tooLong': [422, 'The notice is too long', '告示过长'],
  'notice.missingLetters': [422, 'The notice cannot be set', '告示无法排版'],
  'notice.noSpeech': [503, 'Speech cannot be made here', '无法生成合成语音'],
  'media.unknown': [404, 'There is no such file', '媒体文件不存在'],
  'media.badRange': [416, 'The range lies outside the file', '请求范围超出文件'],
  'playlist.unknown': [404, 'The playlist is not known', '播放列表不存在'],
  'playlist.empty': [422, 'The playlist is empty', '播放列表为空'],
  'playlist.changed': [409, 'Somebody else changed the playlist', '播放列表已被他人修改'],
  'area.unknown': [404, 'The area is not known', '街道或乡镇不存在'],
  'campaign.unknown': [404, 'The campaign is not known', '宣传活动不存在'],
  'booking.unknown': [404, 'The booking is not known', '排期不存在'],
  'booking.endsBeforeStart': [422, 'The booking ends before it starts', '排期的结束早于开始'],
  'booking.noEndpoints': [422, 'The booking reaches no endpoint', '排期没有覆盖任何终端'],
  'booking.contradictory': [422, 'The booking contradicts itself', '排期自相矛盾'],
  'booking.badRecurrence': [422, 'The recurrence does not work', '重复规则无效'],
  'booking.changed': [409, 'Somebody else changed the booking', '排期已被他人修改'],
  'review.notAllowed': [409, 'The review cannot take this step', '当前状态不能执行此审核步骤'],
  'review.badMark': [422, 'The mark lies outside the material', '标注超出素材范围'],
  'review.ownWork': [403, 'Another person must review this', '须由另一人审核'],
  'play.unknown': [404, 'There is no such play', '播放记录不存在'],
  'play.alreadyAccepted': [409, 'The play was accepted already', '该播放记录已被认可'],
  'play.notAcceptable': [422, 'The play cannot be counted', '该播放记录无法计入'],
  'group.unknown': [404, 'The group is not known', '分组不存在'],
  'group.nameTaken': [409, 'The group exists already', '分组已存在'],
  'override.unknown': [404, 'The emergency is not known', '应急插播不存在'],
  'override.notProposed': [409, 'There is nothing to confirm', '没有可确认的应急插播'],
  'override.ownProposal': [403, 'Another person must confirm this', '须由另一人确认'],
  'override.notLive': [409, 'There is nothing to end', '没有可结束的应急插播'],
  'override.badEnd': [422, 'The end of the emergency does not fit', '应急插播的结束时间不符合要求'],
  'override.noEndpoints': [422, 'The emergency reaches no endpoint', '应急插播没有覆盖任何终端'],
  'override.materialNotReady': [409, 'The material is not held ready', '素材未预置到终端'],
  'alert.unknown': [404, 'The alert is not known', '预警不存在'],
  'alert.unreadable': [422, 'The alert cannot be read', '预警无法读取'],
  'alert.badSignature': [403, 'The signature of the alert is not accepted', '预警签名无效'],
  'template.unknown': [404, 'The template is not known', '应急模板不存在'],
  'template.notApproved': [409, 'The template is not approved', '应急模板未通过审核'],
  'report.unknown': [404, 'There is no such report', '报表不存在'],
  'report.noPrinter': [503, 'This server cannot print', '本服务器无法生成 PDF'],
  'tally.unknown': [404, 'The tally is not known', '统计记录不存在'],
  'tally.replaced': [409, 'The tally was corrected already', '统计记录已被更正'],
  'tally.unreadable': [422, 'The table of tallies cannot be read', '统计表无法读取'],
  'makeGood.nothingOwed': [409, 'Nothing is owed', '没有可补播的次数'],
  'makeGood.noDayLeft': [409, 'The campaign has no day left', '宣传活动已无剩余日期'],
  'dispatch.unknown': [404, 'There is no such dispatch plan', '报送计划不存在'],
  'dispatch.drill': [409, 'This server is a drill and sends nothing', '本服务器正在演练，不对外发送'],
  'audience.unreadable': [422, 'The table of audiences cannot be read', '受众表无法读取'],
  'evidence.unknown': [404, 'There is no such evidence', '佐证材料不存在'],
  'evidence.notAccepted': [415, 'This is no kind of evidence that is kept', '不接受此类佐证材料'],
  'signingKey.foreign': [409, 'This server has another signing key', '本服务器的签名密钥不一致'],
  'database.away': [503, 'The database does not answer', '数据库无应答'],
  'database.inUse': [503, 'The database is in use', '数据库正被占用'],
  'config.invalid': [500, 'The server is not set up right', '服务器配置有误'],
};

/** Whether a text, as another server sent it, is a code of ours. */
export function isRefusalCode(text: string): text is RefusalCode {
  return Object.hasOwn(PROBLEMS, text);
}

/** What the framework refuses by itself. */
const BY_STATUS: Readonly<Record<number, readonly [RefusalCode, Sentence]>> = {
  400: [
    'request.malformed',
    { en: 'The body is not valid JSON or not a valid form.', zh: '请求正文不是有效的 JSON 或表单。' },
  ],
  413: [
    'request.tooLarge',
    { en: 'The body is larger than this address takes.', zh: '请求正文超过此地址允许的大小，请减小后重试。' },
  ],
  415: [
    'request.unsupportedType',
    {
      en: 'The Content-Type is missing or not one that this address takes.',
      zh: '缺少 Content-Type，或此地址不接受该类型。',
    },
  ],
};

/** Which request a problem answers, and the language of its words. */
export interface ProblemFrame {
  readonly requestId: string;
  readonly lang: Language;
}

/**
 * What may be told about an error. A Refusal tells its own sentence; what the framework refuses tells a
 * fixed one, and so does a database that is away or full; anything else is a bug of which nothing leaves but the request's id. All words follow `lang`.
 */
export function problemOf(error: unknown, frame: ProblemFrame): Problem {
  if (error instanceof Refusal) return fromCode(error.code, error.sentence, frame, error.parts);
  const known = error instanceof HTTPException ? BY_STATUS[error.status] : undefined;
  if (known) return fromCode(known[0], known[1], frame, []);
  const ofDatabase = databaseRefusal(error);
  if (ofDatabase) return fromCode(ofDatabase.code, ofDatabase.sentence, frame, []);
  const { requestId, lang } = frame;
  return {
    type: '/problems/internal',
    title: { en: 'Something went wrong on our side', zh: '服务器内部出错' }[lang],
    status: 500,
    code: 'internal',
    detail: {
      en: `Please tell the administrator the number of this request: ${requestId}.`,
      zh: `请把本次请求的编号告诉管理员：${requestId}。`,
    }[lang],
    requestId,
  };
}

/** The problem as the answer to send. */
export function problemResponse(problem: Problem, headers: Readonly<Record<string, string>> = {}): Response {
  return Response.json(problem, {
    status: problem.status,
    headers: { ...headers, 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
  });
}

function fromCode(
  code: RefusalCode,
  sentence: Sentence,
  { requestId, lang }: ProblemFrame,
  parts: readonly RefusalPart[],
): Problem {
  const [status, en, zh] = PROBLEMS[code];
  const problem = {
    type: `/problems/${code}`,
    title: { en, zh }[lang],
    status,
    code,
    detail: sentence[lang],
    requestId,
  };
  if (parts.length === 0) return problem;
  return {
    ...problem,
    parts: parts.map(({ where, message }) => ({
      where,
      message: message[lang],
    })),
  };
}
