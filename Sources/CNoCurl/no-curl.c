// See README.md. Names and results are curl's: 4 is CURLE_NOT_BUILT_IN, 6 CURLM_INTERNAL_ERROR's neighbour CURLM_UNKNOWN_OPTION,
// 7 CURLUE_OUT_OF_MEMORY; what would be made is null.
#define NOTHING(name) \
	void *name(void); \
	void *name(void) { return 0; }
#define REFUSED(name, code) \
	int name(void); \
	int name(void) { return code; }
#define TEXT(name) \
	const char *name(void); \
	const char *name(void) { return "this program was built without curl"; }

NOTHING(curl_easy_init)
NOTHING(curl_multi_init)
NOTHING(curl_multi_info_read)
NOTHING(curl_slist_append)
NOTHING(curl_url)
NOTHING(curl_version_info)
NOTHING(curl_easy_cleanup)
NOTHING(curl_free)
NOTHING(curl_slist_free_all)
REFUSED(curl_global_init, 4)
REFUSED(curl_easy_getinfo, 4)
REFUSED(curl_easy_pause, 4)
REFUSED(curl_easy_setopt, 4)
REFUSED(curl_multi_add_handle, 6)
REFUSED(curl_multi_assign, 6)
REFUSED(curl_multi_cleanup, 6)
REFUSED(curl_multi_remove_handle, 6)
REFUSED(curl_multi_setopt, 6)
REFUSED(curl_multi_socket_action, 6)
REFUSED(curl_url_get, 7)
REFUSED(curl_url_set, 7)
TEXT(curl_easy_strerror)
TEXT(curl_version)
