/** The reason, in the details of ADDRESS_BOOK_CORRUPT, for a book that another wallet wrote; such a book is not damaged. */
export const otherWallet = 'another wallet';
