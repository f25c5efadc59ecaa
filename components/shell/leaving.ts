/** Name of the window's event by which the router says to which page it is on its way; its detail is the address. */
export const LEAVING = "center:leaving";
