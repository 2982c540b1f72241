declare module '*.css'
declare module '*.css?inline' {
  const styles: string
  // biome-ignore lint/style/noDefaultExport: as Vite gives it
  export default styles
}
