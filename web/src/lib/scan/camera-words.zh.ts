export const messages = {
  start: '打开摄像头',
  ask: '浏览器会先询问是否允许使用摄像头。画面只在本机识别，不会上传。',
  starting: '正在打开摄像头',
  scanning: '将二维码放入框内',
  cameraDenied: '没有使用摄像头的权限',
  cameraDeniedBody:
    '请在浏览器的网站设置里允许使用摄像头（已装到桌面的，在系统设置里允许），再点一次。也可以用照片，或在下面粘贴。',
  cameraMissing: '没有找到摄像头',
  cameraMissingBody: '可以用照片，或在下面粘贴。',
  cameraBusy: '摄像头打不开',
  cameraBusyBody: '可能正被别的应用占用。关掉它再点一次，或用照片、粘贴。',
  insecure: '这个地址不能用摄像头',
  insecureBody: '浏览器只在加密连接下开放摄像头。请改用 https 开头的地址打开；也可以用照片，或在下面粘贴。',
};
