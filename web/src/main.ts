import { createPinia } from 'pinia';
import { createApp } from 'vue';
import { configure_client } from './api/client';
import App from './App.vue';
import { current_locale, i18n, start_i18n } from './i18n';
import { router } from './router';
import { useSession } from './stores/session';
import './styles/tokens.css';
import './styles/base.css';
import 'element-plus/es/components/message/style/css';
import 'element-plus/es/components/message-box/style/css';
import './styles/element.css';

const app = createApp(App);
app.use(createPinia()).use(i18n);
configure_client({
  language: current_locale,
  not_reached: () => i18n.global.t('common.not_reached'),
  on_unauthorized: () => {
    const session = useSession();
    if (!session.me) return;
    session.me = undefined;
    void router.push({ name: 'login', query: { back: router.currentRoute.value.fullPath } });
  },
});
void start_i18n().then(() => app.use(router).mount('#app'));
