import { createI18n } from 'vue-i18n';
import zh from './zh';

export type AppLocale = 'zh-CN' | 'en';
const kKey = 'huiban.locale';

export const i18n = createI18n({
  legacy: false,
  locale: 'zh-CN' as AppLocale,
  fallbackLocale: 'zh-CN',
  messages: { 'zh-CN': zh } as Record<string, typeof zh>,
});

export const current_locale = (): AppLocale => i18n.global.locale.value as AppLocale;

export async function set_locale(locale: AppLocale): Promise<void> {
  if (locale === 'en' && !i18n.global.availableLocales.includes('en')) {
    i18n.global.setLocaleMessage('en', (await import('./en')).default);
  }
  i18n.global.locale.value = locale;
  localStorage.setItem(kKey, locale);
}

// Chinese unless the reader chose English before.
export async function start_i18n(): Promise<void> {
  if (localStorage.getItem(kKey) === 'en') await set_locale('en');
}
