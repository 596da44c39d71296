declare const __SERVER__: boolean;

declare module '*.svg' {
  const icon: string;
  export default icon;
}

declare module '*.css';

declare module 'jwt-decode' {
  export default function jwtDecode<T>(token: string): T;
}
