import { bilingual } from './bilingual.ts';
import { counted } from './counted.ts';

/** Upkeep of the server: its signing key and its room on disk. */
export const upkeepWords = bilingual({
  zh: {
    key: '签名密钥',
    keyLead:
      '播放器只播放由此密钥签名的节目单和应急插播。更换后，新密钥由旧密钥签名担保，播放器下次联系时自动跟上，不用重新配对；断网的播放器恢复后再跟上。怀疑密钥泄露，或经手人离职时，应当更换。',
    kid: '当前密钥',
    rotations: '已更换次数',
    following: (n: string, total: string) => `${n} / ${total} 个播放器已使用当前密钥`,
    behind: (n: string) => `${n} 个仍用旧密钥（联系后自动跟上）`,
    unknown: (n: string) => `${n} 个未报告（播放器版本较旧或尚未联系）`,
    rotate: '更换密钥',
    rotateSure: '更换签名密钥？旧私钥随即删除，不能恢复。更换后请立即备份密钥文件。',
    rotated: '密钥已更换，请备份密钥文件',
    storage: '存储空间',
    free: (free: string, total: string) => `可用 ${free}，共 ${total}`,
    diskUsed: '磁盘占用',
    kinds: {
      material: '在用素材原文件',
      unused: '已退回或下架的素材',
      renditions: '转码版本',
      uploads: '正在上传',
      plays: '播放记录',
      database: '数据库（含播放记录）',
    },
    columns: { kind: '类别', bytes: '占用', trim: '怎样腾出空间' },
    trims: {
      material: '下架不再需要的素材。',
      unused: '仍被历史报表引用，保留原文件以便核查。',
      renditions: '原文件在用时保留；没有引用的文件用 npm run media -- check 查找。',
      uploads: '中断的上传过期后自动清除。',
      plays: '用 npm run archive 把较早月份移到归档文件。',
      database: '删除记录后，空间由数据库自行回收。',
    },
    folder: '素材存放在服务器的数据文件夹。',
    bucket: (copies: string) => `素材存放在对象存储；服务器上的副本最多占 ${copies}，自动清理。`,
    messages: '通知',
    messagesLead: '日报、周报和点名由系统定时发送到企业微信、钉钉、飞书、邮件或 webhook。',
    openDispatch: '新建或修改定时报送',
  },
  en: {
    key: 'Signing key',
    keyLead:
      'Players show only programmes and emergencies that this key has signed. A new key is vouched for by the old one: players follow at their next contact without being paired again, those without a connection when they are back. Replace it when it may have leaked, or when somebody who handled it leaves.',
    kid: 'Key in use',
    rotations: 'Times replaced',
    following: (n: string, total: string) => `In use by ${n} of ${counted(total, 'player')}`,
    behind: (n: string) => `${n} still use an older one and follow when they are in contact`,
    unknown: (n: string) => `${n} did not say (an older player, or not heard of yet)`,
    rotate: 'Replace the key',
    rotateSure:
      'Replace the signing key? The old private key is deleted and cannot be had back. Back the key file up afterwards.',
    rotated: 'Key replaced; back the key file up',
    storage: 'Storage',
    free: (free: string, total: string) => `${free} free of ${total}`,
    diskUsed: 'Disk in use',
    kinds: {
      material: 'Files of material in use',
      unused: 'Material rejected or retired',
      renditions: 'Renditions',
      uploads: 'Being uploaded',
      plays: 'Plays',
      database: 'Database, plays included',
    },
    columns: { kind: 'Kind', bytes: 'Takes', trim: 'How to make room' },
    trims: {
      material: 'Retire what is not needed any more.',
      unused: 'Past reports speak of it; the file is kept for proof.',
      renditions: 'Kept while in use; npm run media -- check finds files that nothing names.',
      uploads: 'Broken-off uploads go by themselves after a time.',
      plays: 'npm run archive moves early months to files.',
      database: 'The database takes room back by itself.',
    },
    folder: 'Media lie in the data folder of the server.',
    bucket: (copies: string) =>
      `Media lie in a bucket; copies on the server take ${copies} at most and are trimmed by themselves.`,
    messages: 'Notifications',
    messagesLead:
      'Daily and weekly reports and roll calls go out by themselves to WeCom, DingTalk, Feishu, mail or a webhook.',
    openDispatch: 'Add or change what is sent',
  },
});
