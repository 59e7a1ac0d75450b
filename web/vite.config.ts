/// <reference types="vitest/config" />
import vue from '@vitejs/plugin-vue';
import Components from 'unplugin-vue-components/vite';
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers';
import { defineConfig } from 'vite';

// A server to develop against: HUIBAN_SERVER=http://localhost:8080 npm run dev
const server = process.env.HUIBAN_SERVER ?? 'http://localhost:8080';

export default defineConfig({
  plugins: [
    vue(),
    Components({ dts: false, dirs: [], resolvers: [ElementPlusResolver({ importStyle: 'css' })] }),
  ],
  define: { __VUE_OPTIONS_API__: true, __INTLIFY_PROD_DEVTOOLS__: false },
  build: {
    target: 'es2020', // Chromium 90 and Safari 15, the oldest browsers in offices
    assetsInlineLimit: 0, // the content security policy allows no data: addresses
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { '/api': { target: server, ws: true } } },
  test: {
    environment: 'happy-dom',
    include: ['tests/**/*.test.ts'],
    server: { deps: { inline: ['element-plus'] } },
  },
});
