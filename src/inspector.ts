export { type Inspected, type MountOptions, mountInspector } from './inspector/mount.tsx'
