import { App, ConfigProvider } from 'antd';
import enGB from 'antd/es/locale/en_GB';
import zhCN from 'antd/es/locale/zh_CN';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import 'dayjs/locale/en-gb';
import { type ReactNode, useEffect } from 'react';
import { useLanguage } from './language.ts';
import { AskProvider } from './parts/ask.tsx';

/** The nonce of this page, which style sheets made here must bear. */
function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? '';
}

const CSP = { nonce: styleNonce() };
const THEME = {
  token: {
    colorPrimary: '#2b5c8a',
    colorError: '#b3261e',
    colorSuccess: '#1f7a4d',
    colorWarning: '#9a5b00',
    colorLink: '#2b5c8a',
    colorText: '#1c2530',
    colorTextSecondary: '#4d5966',
    colorTextDescription: '#5a6673',
    colorTextPlaceholder: '#6b7682',
    colorBorder: '#c3cbd4',
    borderRadius: 4,
    fontSize: 14,
    fontFamily: 'inherit',
    motion: false,
  },
} as const;

/** Look and language of the component library. */
export function HouseStyle({ children }: { children: ReactNode }) {
  const language = useLanguage();
  dayjs.locale(language === 'zh' ? 'zh-cn' : 'en-gb');
  useEffect(() => {
    document.title = language === 'zh' ? '烽火台' : 'Beacon Tower';
  }, [language]);
  return (
    <ConfigProvider
      locale={language === 'zh' ? zhCN : enGB}
      csp={CSP}
      theme={THEME}
      button={{ autoInsertSpace: false }}
      wave={{ disabled: true }}
    >
      <App component={false}>
        <AskProvider>{children}</AskProvider>
      </App>
    </ConfigProvider>
  );
}
