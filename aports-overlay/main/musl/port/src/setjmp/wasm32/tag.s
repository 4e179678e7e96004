# The exception tag of longjmp: LLVM refers to it, nothing else defines it.
	.tagtype	__c_longjmp i32
	.globl	__c_longjmp
__c_longjmp:
