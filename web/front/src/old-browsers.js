// What pdf.js takes for granted and browsers of 2023 do not have.
Promise.withResolvers ??= function () {
  const found = {};
  found.promise = new this((resolve, reject) => Object.assign(found, { resolve, reject }));
  return found;
};
