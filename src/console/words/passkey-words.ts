import { bilingual } from './bilingual.ts';

/** Passkeys: signing in by the fingerprint, face or PIN of a device. */
export const passkeyWords = bilingual({
  zh: {
    title: '通行密钥',
    lead: '用本机的指纹、人脸或 PIN 登录，不必输入密码；一次即相当于两步验证。',
    none: '还没有通行密钥。',
    name: '名称',
    nameHint: '便于以后辨认，例如“办公室电脑”',
    password: '账号密码（添加时确认）',
    add: '添加通行密钥',
    added: '通行密钥已添加',
    columns: { name: '名称', made: '添加时间', lastUsed: '最近使用', act: '操作' },
    never: '尚未使用',
    remove: '删除',
    removeSure: (name: string) => `删除通行密钥“${name}”？`,
    removeLead: '用它登录的会话会立即结束。设备上保存的密钥请在设备中另行删除。',
    removePassword: '请输入账号密码以确认',
    removed: '通行密钥已删除',
    signIn: '使用通行密钥登录',
    givenUp: '没有完成：操作已取消、已超时，或此设备上没有可用的通行密钥。',
    heldAlready: '此设备已为您的账号保存了通行密钥。',
    hindered: {
      server:
        '服务器当前的公开地址不支持通行密钥：浏览器要求使用 HTTPS 和域名，不能是 IP 地址。请管理员设置 PUBLIC_URL。',
      browser: '此浏览器不支持通行密钥，请更新浏览器或换用其他浏览器。',
    },
    elsewhere: '通行密钥只能在此地址使用：',
    ofPerson: (n: string) => `${n} 个通行密钥`,
    reset: '删除通行密钥',
    resetSure: (name: string) => `删除 ${name} 的全部通行密钥？用它们登录的会话会立即结束。`,
  },
  en: {
    title: 'Passkeys',
    lead: 'Sign in with the fingerprint, face or PIN of this device instead of the password. One passkey counts as both steps.',
    none: 'No passkeys yet.',
    name: 'Name',
    nameHint: 'To tell it from others, such as “office computer”',
    password: 'Password of the account, to confirm',
    add: 'Add a passkey',
    added: 'The passkey was added',
    columns: { name: 'Name', made: 'Added', lastUsed: 'Last used', act: 'Act' },
    never: 'Never yet',
    remove: 'Remove',
    removeSure: (name: string) => `Remove the passkey “${name}”?`,
    removeLead:
      'Sign-ins made by it end at once. What the device keeps of it is to be deleted on the device.',
    removePassword: 'Password of the account, to confirm',
    removed: 'The passkey was removed',
    signIn: 'Sign in with a passkey',
    givenUp: 'This was not completed: given up, timed out, or no passkey on this device.',
    heldAlready: 'This device holds a passkey of your account already.',
    hindered: {
      server:
        'The public address of this server allows no passkeys: browsers ask for HTTPS and a host name, not an IP address. An administrator can set PUBLIC_URL.',
      browser: 'This browser knows no passkeys. Update it, or use another.',
    },
    elsewhere: 'Passkeys can be used at this address only:',
    ofPerson: (n: string) => `passkeys: ${n}`,
    reset: 'Remove passkeys',
    resetSure: (name: string) => `Remove all passkeys of ${name}? The sign-ins made by them end at once.`,
  },
});
