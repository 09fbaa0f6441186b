import type { Readable } from 'node:stream';
import { DataStore, Server, Upload } from '@tus/server';
import { Refusal } from '../base/refusal.ts';
import type { UploadFlow } from './upload-flow.ts';

/** Where uploads have their addresses. */
export const UPLOADS_PATH = '/api/uploads';

/** Answers requests of the tus protocol 1.0.0 (creation and termination), each in the name of a person. */
export interface TusHandler {
  /** @throws Refusal for all that the protocol or the flow refuses */
  handle(request: Request, ownerId: string): Promise<Response>;
}

/** Puts the protocol's library on top of the flow, which holds rows and bytes. */
export function tusHandler(flow: UploadFlow): TusHandler {
  const owners = new WeakMap<object, string>();
  const errors = new WeakMap<object, unknown>();
  const ownerOf = (request: object): string => {
    const ownerId = owners.get(request);
    if (ownerId === undefined) throw new Error('an upload without a person');
    return ownerId;
  };
  const server = new Server({
    path: UPLOADS_PATH,
    datastore: new FlowStore(flow),
    relativeLocation: true,
    // Cross-site pages have no business here: no header invites them.
    allowedOrigins: [],
    namingFunction: (request, metadata = {}) =>
      flow.begin({
        ...{ ownerId: ownerOf(request), metadata },
        bytes: Number(request.headers.get('upload-length')),
      }),
    onIncomingRequest: async (request, id) => {
      if (request.method !== 'POST') await flow.find(id, ownerOf(request));
    },
    onUploadFinish: async (_, { id }) => {
      await flow.complete(id);
      return {};
    },
    onResponseError: (request, error) => {
      errors.set(request, error);
      return undefined;
    },
  });
  return {
    async handle(request, ownerId) {
      owners.set(request, ownerId);
      const answer = await server.handleWeb(request);
      if (answer.status < 400) return answer;
      const error = errors.get(request);
      if (error instanceof Error) throw error;
      throw refusalOf(answer.status, (await answer.text()).trim());
    },
  };
}

/** Rows and bytes as the library wants to see them. */
class FlowStore extends DataStore {
  readonly #flow: UploadFlow;

  constructor(flow: UploadFlow) {
    super();
    this.#flow = flow;
    this.extensions = ['creation', 'termination'];
  }

  /** The flow began it as it was named. */
  override async create(upload: Upload): Promise<Upload> {
    return upload;
  }

  override async getUpload(id: string): Promise<Upload> {
    const { bytes, receivedBytes } = await this.#flow.facts(id);
    return new Upload({ id, size: bytes, offset: receivedBytes });
  }

  override write(source: Readable, id: string, at: number): Promise<number> {
    return this.#flow.append(id, at, source);
  }

  override remove(id: string): Promise<void> {
    return this.#flow.drop(id);
  }
}

/** What the library refuses by itself, in our words. */
function refusalOf(status: number, said: string): Refusal {
  if (status === 404 || status === 410)
    return new Refusal('upload.unknown', {
      en: 'There is no such upload any more; begin it anew.',
      zh: '该上传任务已不存在，请重新上传。',
    });
  if (status === 409 || /lock/i.test(said))
    return new Refusal('upload.conflict', {
      en: 'The server has another part of this file than the sender believes; ask with HEAD and go on from there.',
      zh: '服务器已收到的部分与发送方记录的不一致，请用 HEAD 查询后从该处继续。',
    });
  if (status === 413)
    return new Refusal('request.tooLarge', {
      en: 'More bytes were sent than the file was announced to have.',
      zh: '发送的字节数超过了文件声明的大小。',
    });
  return new Refusal('request.malformed', {
    en: `This address speaks the tus protocol 1.0.0: ${said}.`,
    zh: `此地址使用 tus 1.0.0 断点续传协议：${said}。`,
  });
}
