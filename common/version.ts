// The two versions that the product names: its own, and the level of etcd's API that it speaks.

/** Equals the version in package.json; a test compares them. */
export const productVersion = '0.1.0';

/** Clients read capabilities off this (`/version` "etcdserver", Maintenance.Status). */
export const apiVersion = '3.6.0';
