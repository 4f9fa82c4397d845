import { HomePage as ToolsPage } from '../home/home-page.ts';
export { ToolsPage };
